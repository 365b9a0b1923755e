import type { ImagePart, Part } from '../conversation.ts';
import { stringifyExact } from '../exact-json.ts';
import type { FieldReader } from '../field-reader.ts';

/** A search that the provider ran: what was looked for, and the pages that it names. */
export function parseWebSearchCall(item: FieldReader): Part[] {
  const action = item.child('action');
  const id = item.string('id') ?? '';
  const query = action?.string('query') ?? action?.strings('queries')?.join(', ') ?? action?.string('url') ?? '';
  const results = (action?.children('sources') ?? []).flatMap((source) => {
    const url = source.string('url');
    return url === undefined ? [] : [{ title: source.string('title') ?? url, url }];
  });
  return [
    { kind: 'search-call', id, query },
    { kind: 'search-result', callId: id, results },
  ];
}

export function parseFileSearch(item: FieldReader): Part[] {
  const id = item.string('id') ?? '';
  const results = item.children('results').map((result) => {
    const title = result.string('filename') ?? result.string('file_id') ?? '';
    const text = result.string('text');
    return { title, url: '', ...(text === undefined ? {} : { text }) };
  });
  return [
    { kind: 'search-call', id, query: (item.strings('queries') ?? []).join(', ') },
    { kind: 'search-result', callId: id, results },
  ];
}

export function parseCodeCall(item: FieldReader): Part[] {
  const logs = item.children('outputs').map((output) => output.string('logs') ?? stringifyExact(output.object));
  const failed = item.string('status') === 'failed';
  return [
    { kind: 'code', language: 'python', code: item.string('code') ?? '' },
    ...(logs.length > 0 ? [{ kind: 'code-output' as const, output: logs.join('\n'), failed }] : []),
  ];
}

/** A user's part: no format lets an answer in the history hold an image that another model has made. */
export function parseImageCall(item: FieldReader): ImagePart[] {
  const data = item.string('result');
  const mediaType = `image/${item.string('output_format') ?? 'png'}`;
  return data ? [{ kind: 'image', source: { kind: 'data', mediaType, data } }] : [];
}
