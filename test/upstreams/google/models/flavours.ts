import type { SchemaTarget } from '../schema-rules.ts';

/** What one of Google's services has of its own. */
export interface Flavour {
  /** How the service is called: a path that names model and action, or an envelope. */
  path: RegExp;
  isEnveloped: boolean;
  /** Members of a request beyond those that every service takes. */
  members: readonly string[];
  /** Whether turns must say whose they are. */
  needsRoles: boolean;
  /** Whether declarations may have `parametersJsonSchema`. */
  jsonSchema: boolean;
  schema: SchemaTarget;
  models: readonly string[];
}

const gemini = [
  'gemini-3-pro-preview',
  'gemini-3-flash-preview',
  'gemini-3.6-flash',
  'gemini-2.5-pro',
  'gemini-2.5-flash',
];
const action = '(generateContent|streamGenerateContent|countTokens)';

export const flavours = {
  'gemini-api': {
    path: new RegExp(`^/v1beta/models/([^/:]+):${action}$`),
    isEnveloped: false,
    members: ['cachedContent', 'generateContentRequest'],
    needsRoles: false,
    jsonSchema: true,
    schema: {},
    models: gemini,
  },
  vertex: {
    path: new RegExp(`^/v1(?:/projects/p-1/locations/[a-z0-9-]+)?/publishers/google/models/([^/:]+):${action}$`),
    isEnveloped: false,
    members: ['cachedContent', 'labels'],
    needsRoles: true,
    jsonSchema: true,
    schema: { ranges: true },
    models: gemini,
  },
  'code-assist': {
    path: new RegExp(`^/v1internal()():${action}$`),
    isEnveloped: true,
    members: ['session_id', 'labels'],
    needsRoles: true,
    jsonSchema: true,
    schema: { ranges: true },
    models: gemini,
  },
  antigravity: {
    path: new RegExp(`^/v1internal()():${action}$`),
    isEnveloped: true,
    members: ['sessionId'],
    needsRoles: true,
    jsonSchema: false,
    schema: { ranges: true },
    models: [
      'claude-sonnet-4-6',
      'claude-opus-4-6-thinking',
      'gemini-3-flash',
      'gemini-3.6-flash-high',
      'gpt-oss-120b-medium',
    ],
  },
} as const satisfies Record<string, Flavour>;
export type FlavourName = keyof typeof flavours;
