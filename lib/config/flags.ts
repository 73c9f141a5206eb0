import { parseArgs } from 'node:util'

/** A setting that cannot be used: the message says which, why, and what to do. It never holds the value of a secret. */
export class SettingsError extends Error {}

const HELP = new Set(['--help', '-h'])
const MOST_EDITS = 2
const SEE_HELP = '"npm start -- --help" lists all flags.'

export const wantsHelp = (words: readonly string[]): boolean => words.some((word) => HELP.has(word))

/** The flag of a setting, without its dashes: `PORT` is `port`, `ROBINSCOPE_ALLOWED_HOSTS` is `allowed-hosts`. */
export const flagOf = (name: string): string =>
  name
    .replace(/^ROBINSCOPE_/, '')
    .toLowerCase()
    .replaceAll('_', '-')

/**
 * The values given as `--flag value` or `--flag=value`, by the names of their settings; the last of several wins.
 * Throws SettingsError at an unknown flag, a missing value, and a word that belongs to no flag. Words themselves are not
 * repeated: one of them may be a secret that lost its flag.
 */
export function readFlags<Name extends string>(words: string[], names: readonly Name[]): Partial<Record<Name, string>> {
  const byFlag = new Map(names.map((name) => [flagOf(name), name]))
  const options = Object.fromEntries([...byFlag.keys()].map((flag) => [flag, { type: 'string' as const }]))
  const { tokens } = parseArgs({ args: words, options, strict: false, allowPositionals: true, tokens: true })
  const values: Partial<Record<Name, string>> = {}
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      throw new SettingsError(`Word ${token.index + 1} after "npm start --" belongs to no flag. ${SEE_HELP}`)
    }
    const name = byFlag.get(token.name)
    if (name === undefined || !token.rawName.startsWith('--')) throw unknownFlag(token.rawName, [...byFlag.keys()])
    if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))) {
      throw new SettingsError(`${token.rawName} needs a value: write ${token.rawName}=<value>. ${SEE_HELP}`)
    }
    values[name] = token.value
  }
  return values
}

function unknownFlag(written: string, known: string[]): SettingsError {
  const shown = /^--?[a-z0-9-]{1,30}$/i.test(written) ? ` ${written}` : ' of that name'
  const [nearest] = known
    .map((flag) => ({ flag, edits: editsBetween(written.replace(/^-+/, ''), flag) }))
    .filter(({ edits }) => edits <= MOST_EDITS)
    .sort((one, other) => one.edits - other.edits)
  const guess = nearest ? ` Did you mean --${nearest.flag}?` : ''
  return new SettingsError(`There is no flag${shown}.${guess} ${SEE_HELP}`)
}

/** Levenshtein's distance. */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (let column = 0; column < other.length; column++) {
      const replaced = (row[column] ?? 0) + (letter === other[column] ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
