import type { BackendKey } from '#lib/protocol/model.ts'
import type { RunBackend } from '#lib/protocol/run.ts'

const GROUPED = new Intl.NumberFormat('en-US')
const PERCENT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })
const DIGITS = 4
/** More are counted, not named. */
const NAMED_UP_TO = 3

/** 10000 -> "10,000" */
export const count = (value: number): string => GROUPED.format(value)
/** 2 -> "twice", 3 -> "3 times" */
export const times = (value: number): string => (value === 2 ? 'twice' : `${count(value)} times`)
/** 0.125 -> "12.5 %" */
export const percent = (share: number): string => `${PERCENT.format(share * 100)} %`

/** What the backends of a run are called in a sentence, by the run's own list. */
export type Names = {
  /** "backend 2"; with digits, "backend 2 (2983)", where two of the run had that number; "backend 2983" where none is known. */
  one: (backend: BackendKey) => string
  /** "backend 2", "backends 2 and 3", "5 backends" */
  all: (backends: readonly BackendKey[]) => string
}

const byNumber = new Intl.Collator('en', { numeric: true }).compare

export function namesOf(backends: ReadonlyMap<BackendKey, RunBackend>): Names {
  const timesUsed = new Map<number, number>()
  for (const { number } of backends.values()) timesUsed.set(number, (timesUsed.get(number) ?? 0) + 1)
  const short = (backend: BackendKey): string => {
    const number = backends.get(backend)?.number
    const digits = backend.slice(0, DIGITS)
    if (number === undefined) return digits
    return timesUsed.get(number) === 1 ? `${number}` : `${number} (${digits})`
  }
  return {
    one: (backend) => `backend ${short(backend)}`,
    all: (all) => {
      if (all.length > NAMED_UP_TO) return `${count(all.length)} backends`
      return `${all.length === 1 ? 'backend' : 'backends'} ${inWords(all.map(short).sort(byNumber))}`
    },
  }
}

/** "a", "a and b", "a, b and c" */
export const inWords = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
