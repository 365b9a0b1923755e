/** WebAssembly text, assembled by whoever bundles it (scripts/build/wat.mjs). */
declare module '*.wat' {
  const program: Uint8Array;
  export default program;
}

/** The part of WebAssembly's JavaScript interface that is used; the types of Node 20 leave it out. */
declare namespace WebAssembly {
  /** Throws a CompileError for bytes that are no program, or one that this machine cannot run. */
  class Module {
    constructor(bytes: Uint8Array);
  }
  /** Throws a RangeError when there is no room for its memory. */
  class Instance {
    constructor(module: Module);
    readonly exports: Record<string, unknown>;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
}
