/** The families of app/globals.css, for a canvas: it does not read CSS variables. */
export const MONO = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace'
export const SANS = '"Inter Variable", "Inter", system-ui, sans-serif'
