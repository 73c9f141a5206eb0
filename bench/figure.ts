/** One figure of the performance table: what was measured, its bar, and every round, so that anybody can see the spread. */
export type Figure = {
  figure: string
  /** The median of `rounds`. */
  value: number
  /** E.g. `<= 1.35`. */
  bar: string
  holds: boolean
  rounds: number[]
}

/** What a part could not measure here, and how to get what it lacks. */
export type LeftOut = { figures: string[]; why: string }

export type Say = (line: string) => void

/** A part of `npm run bench`. It closes what it opened; it throws only when it cannot measure. */
export type Part = {
  name: string
  what: string
  /** What this machine lacks for it, and how to get that; null: nothing. */
  lacks?: () => Promise<string | null>
  measure: (say: Say) => Promise<{ figures: Figure[]; leftOut: LeftOut[] }>
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

const figure = (
  name: string,
  sign: string,
  bar: number,
  rounds: number[],
  holds: (value: number) => boolean,
): Figure => {
  const value = median(rounds)
  return { figure: name, value, bar: `${sign} ${bar}`, holds: holds(value), rounds }
}

export const atMost = (name: string, bar: number, rounds: number[]): Figure =>
  figure(name, '<=', bar, rounds, (value) => value <= bar)

export const atLeast = (name: string, bar: number, rounds: number[]): Figure =>
  figure(name, '>=', bar, rounds, (value) => value >= bar)

/** The bar is met only when every round is exactly so. */
export const exactly = (name: string, bar: number, rounds: number[]): Figure =>
  figure(name, '=', bar, rounds, () => rounds.length > 0 && rounds.every((value) => value === bar))
