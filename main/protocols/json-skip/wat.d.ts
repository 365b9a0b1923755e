/** WebAssembly text, assembled by whoever bundles it (scripts/build/wat.mjs). */
declare module '*.wat' {
  const program: Uint8Array;
  export default program;
}
