import type { Conversation, Part, Turn } from '../../main/protocols/conversation.ts';

// Conversations as tests write them.

export const text = (words: string) => ({ kind: 'text' as const, text: words });
export const user = (...parts: Part[]): Turn => ({ role: 'user', parts });
export const assistant = (...parts: Part[]): Turn => ({ role: 'assistant', parts });
export const system = (...parts: Part[]): Turn => ({ role: 'system', parts });

/** A conversation in which the user says "hi" and no more, but for what is given. */
export function conversationOf(more: Partial<Conversation> = {}): Conversation {
  const turns = [user(text('hi'))];
  return { model: 'asked', stream: true, system: [], turns, tools: [], sampling: {}, uses: [], ...more };
}
