import type { Feature, FieldTable } from '../features.ts';
import { featureIn, tablePath, under } from '../field-tables.ts';

const part: FieldTable = {
  text: 'structure',
  thought: 'thinking-history',
  thoughtSignature: 'structure',
  inlineData: 'structure',
  'inlineData (picture)': 'image-data',
  'inlineData (sound)': 'audio',
  'inlineData (film)': 'video',
  'inlineData (document)': 'document-data',
  fileData: 'structure',
  'fileData (link to a picture)': 'image-url',
  'fileData (link to a document)': 'document-url',
  'fileData (uploaded)': 'file-id',
  functionCall: 'tool-call',
  functionResponse: 'tool-result',
  'functionResponse.id': 'structure',
  'functionResponse.name': 'structure',
  'functionResponse.response': 'structure',
  'functionResponse.parts': 'tool-result-image',
  'functionResponse.response.error': 'tool-error',
  executableCode: 'code-history',
  codeExecutionResult: 'code-history',
  videoMetadata: 'unknown',
  mediaResolution: 'image-detail',
};

const tool: FieldTable = {
  functionDeclarations: 'function-tool',
  'functionDeclarations[].name': 'structure',
  'functionDeclarations[].description': 'structure',
  'functionDeclarations[].parameters': 'structure',
  'functionDeclarations[].parametersJsonSchema': 'structure',
  'functionDeclarations[].response': 'unknown',
  'functionDeclarations[].behavior': 'unknown',
  googleSearch: 'web-search',
  googleSearchRetrieval: 'web-search',
  enterpriseWebSearch: 'web-search',
  'googleSearch.excludeDomains': 'web-search-domains',
  codeExecution: 'code-execution',
  urlContext: 'url-context',
  googleMaps: 'hosted-tool',
  fileSearch: 'hosted-tool',
  retrieval: 'hosted-tool',
  computerUse: 'hosted-tool',
  mcpServers: 'mcp',
};

const generation: FieldTable = {
  temperature: 'temperature',
  topP: 'top-p',
  topK: 'top-k',
  maxOutputTokens: 'max-output',
  candidateCount: 'candidates',
  stopSequences: 'stop',
  seed: 'seed',
  presencePenalty: 'presence-penalty',
  frequencyPenalty: 'frequency-penalty',
  responseLogprobs: 'logprobs',
  logprobs: 'logprobs',
  responseMimeType: 'json-output',
  responseSchema: 'schema-output',
  responseJsonSchema: 'schema-output',
  responseModalities: 'media-output',
  imageConfig: 'media-output',
  speechConfig: 'media-output',
  mediaResolution: 'image-detail',
  thinkingConfig: 'structure',
  'thinkingConfig.thinkingBudget': 'thinking',
  'thinkingConfig.thinkingLevel': 'thinking',
  'thinkingConfig.includeThoughts': 'thinking-summary',
};

/**
 * Every field of a request and what it asks for, in camel case; the API takes each in snake case too. Rows in brackets
 * are kinds of values, told apart where they are read.
 */
export const geminiFields: FieldTable = {
  model: 'structure',
  contents: 'structure',
  'contents[].role': 'structure',
  'contents[].parts': 'structure',
  ...under('contents[].parts[]', part),
  systemInstruction: 'system',
  tools: 'structure',
  ...under('tools[]', tool),
  toolConfig: 'structure',
  'toolConfig.functionCallingConfig': 'structure',
  'toolConfig.functionCallingConfig.mode': 'tool-choice',
  'toolConfig.functionCallingConfig.allowedFunctionNames': 'tool-subset',
  generationConfig: 'structure',
  ...under('generationConfig', generation),
  safetySettings: 'safety-settings',
  cachedContent: 'cached-content',
  labels: 'metadata',
  serviceTier: 'service-tier',
  store: 'store',
  generateContentRequest: 'structure',
};

/** What a member asks for, by its path in either spelling; `unknown` where the table lacks it. */
export function featureOf(path: string): Feature | 'structure' {
  return featureIn(geminiFields, camelCase(tablePath(path.replace(envelope, ''))));
}

/** Members that hold the whole request, at Code Assist and of countTokens. */
const envelope = /^(request|generateContentRequest|generate_content_request)\./;

function camelCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
