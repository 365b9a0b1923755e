/**
 * electron-builder would now compile native packages for Electron's Node and copy every dependency. Both of ours use
 * N-API, which is the same for all, and the rest is bundled: electron-builder.yml names what is needed.
 * @returns {false} node_modules are taken care of
 */
export function beforeBuild() {
  return false;
}
