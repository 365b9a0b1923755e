/** Tells when JSON text that comes in pieces is whole, without keeping it. */
export interface JsonWatch {
  push(text: string): void;
  /** Whether an object or list has begun and every one has ended. */
  isWhole(): boolean;
}

/** Makes a watch for the text of one object or list. */
export function createJsonWatch(): JsonWatch {
  let depth = 0;
  let hasBegun = false;
  let inString = false;
  let isEscaped = false;
  const step = (character: string) => {
    if (isEscaped) isEscaped = false;
    else if (inString && character === '\\') isEscaped = true;
    else if (character === '"') inString = !inString;
    else if (inString) return;
    else if (character === '{' || character === '[') {
      depth += 1;
      hasBegun = true;
    } else if (character === '}' || character === ']') depth -= 1;
  };
  return {
    push(text) {
      for (let at = 0; at < text.length; at += 1) step(text.charAt(at));
    },
    isWhole: () => hasBegun && depth <= 0 && !inString,
  };
}
