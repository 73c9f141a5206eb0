/** Hues are defined in app/globals.css as --backend-1 … --backend-8, 3:1 against the panel in both themes. */
export const HUES = 8

export type Hue = {
  /** The CSS variable's name, e.g. `--backend-3`: for a canvas, which needs the value. */
  variable: string
  /** For an attribute or a class, e.g. `var(--backend-3)`. */
  css: string
  /** From the ninth on the eight hues come again, striped. */
  striped: boolean
}

/** The hue of a backend by its number, 1 or more. Never the only sign of it: number and hex digits stand beside every colour. */
export function hueOf(number: number): Hue {
  const variable = `--backend-${((Math.max(1, number) - 1) % HUES) + 1}`
  return { variable, css: `var(${variable})`, striped: number > HUES }
}

/** The first four of the 12 hex digits: enough beside the number where room is short. */
export const shortName = (backend: string): string => backend.slice(0, 4)
