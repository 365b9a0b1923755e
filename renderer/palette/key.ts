/** Control+K deletes to the end of the line there. */
export const isMac = /^Mac/.test(navigator.platform);

/** The key that opens the palette, as it is written on keyboards. */
export const paletteKey = isMac ? '⌘ K' : 'Ctrl K';
