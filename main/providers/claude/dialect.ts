import { type AnthropicDialect, deriveAnthropicDialect } from '../../protocols/anthropic/dialect.ts';
import { carried, emulated } from '../../protocols/features.ts';

/**
 * How a model of Claude's wants to be asked. Models are told apart by their version, so that one newer than the table is
 * asked as the newest known ones are.
 */
export function claudeDialect(model: string): AnthropicDialect {
  const isBefore = versionBefore(model);
  return deriveAnthropicDialect(
    {
      id: 'claude',
      label: 'Claude',
      toolNames: { first: /[\w-]/, rest: /[\w-]/, maxLength: isBefore(4, 5) ? 64 : 128 },
    },
    {
      prefill: isBefore(4, 6) ? carried : { kind: 'refused', note: 'models from 4.6 on must end with a user message' },
      'mid-system': isBefore(4, 8) ? emulated('with the system prompt') : carried,
    },
    {
      structuredOutputs: !isBefore(4, 5),
      sampling: isBefore(4, 1) ? 'all' : isBefore(4, 7) ? 'not-both' : 'none',
      hidesThinking: !isBefore(4, 7),
    },
  );
}

/** `claude-opus-4-6` is 4.6, `claude-3-7-sonnet-20250219` is 3.7; a name without a number is the newest. */
function versionBefore(model: string): (major: number, minor: number) => boolean {
  const [, major, minor = '0'] = /-(\d{1,2})(?:[-.](\d{1,2}))?(?=-|$|@)/.exec(model) ?? [];
  if (major === undefined) return () => false;
  const version = Number(major) * 100 + Number(minor);
  return (otherMajor, otherMinor) => version < otherMajor * 100 + otherMinor;
}
