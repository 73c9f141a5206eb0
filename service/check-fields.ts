/** A parsed command line. */
export type Fields = Readonly<Record<string, unknown>>

/** Every command has these. */
const ALWAYS: readonly string[] = ['id', 'command']
const LONGEST_SHOWN_NAME = 40

/** Refuses a field that the command does not know: it may be a misspelt one. */
export function allowOnly(fields: Fields, names: readonly string[]): void {
  const stray = Object.keys(fields).find((name) => !ALWAYS.includes(name) && !names.includes(name))
  if (stray !== undefined) throw new Error(`${stray.slice(0, LONGEST_SHOWN_NAME)}: not a field of this command`)
}

function within(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && value >= min && value <= max
}

const given = (fields: Fields, name: string, otherwise: unknown): unknown =>
  fields[name] === undefined ? otherwise : fields[name]

/** @param otherwise what it is when it is not given; without one it has to be. */
export function integerOf(fields: Fields, name: string, min: number, max: number, otherwise?: number): number {
  const value = given(fields, name, otherwise)
  if (within(value, min, max) && Number.isInteger(value)) return value
  throw new Error(`${name}: an integer from ${min} to ${max} is needed`)
}

export function numberOf(fields: Fields, name: string, min: number, max: number, otherwise?: number): number {
  const value = given(fields, name, otherwise)
  if (within(value, min, max)) return value
  throw new Error(`${name}: a number from ${min} to ${max} is needed`)
}

export function wordOf<Word extends string>(fields: Fields, name: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === fields[name])
  if (word !== undefined) return word
  throw new Error(`${name}: one of ${words.join(', ')} is needed`)
}
