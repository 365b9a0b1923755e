import { readFile } from 'node:fs/promises';
import wabt from 'wabt';

/**
 * Lets sources import WebAssembly text: the default export of a `.wat` file is its program as bytes. For rolldown and Vite.
 * @type {{ name: string, load(id: string): Promise<string | undefined> }}
 */
export const wat = {
  name: 'wat',
  async load(id) {
    return id.endsWith('.wat') ? moduleOf(await assemble(id, await readFile(id, 'utf8'))) : undefined;
  },
};

/**
 * @param {string} file the name in messages
 * @param {string} text
 * @returns {Promise<Uint8Array>} Throws an Error that names the line for text that is no valid program.
 */
async function assemble(file, text) {
  const { parseWat } = await wabt();
  const program = parseWat(file, text, { simd: true });
  try {
    program.resolveNames();
    program.validate();
    return program.toBinary({}).buffer;
  } finally {
    program.destroy();
  }
}

/** @param {Uint8Array} program */
function moduleOf(program) {
  return `export default Buffer.from('${Buffer.from(program).toString('base64')}', 'base64');`;
}
