import type { BackendKey } from './model.ts'

/**
 * The part of a run under one generation: counters of the front door start at zero with each. Judged within itself only.
 * `spread`, `jain` and `expected` are null where nobody knows the generation's members.
 */
export type Stretch = {
  generation: string | null
  /** Samples [fromSeq, toSeq) lie in it; neighbours may overlap while old workers finish what they have. */
  fromSeq: number
  toSeq: number
  /** When the first of its requests was sent and the last of its answers was there, microseconds since the run's start. */
  fromUs: number
  toUs: number
  answered: number
  byBackend: { backend: BackendKey; answered: number; expected: number | null }[]
  spread: number | null
  jain: number | null
  /** Departures from strict alternation; null where several were in flight. */
  deviations: number | null
}

/** A backend at which attempts failed, and how the others shared what came after. */
export type Failover = {
  backend: BackendKey
  /** When the front door saw the first attempt fail, microseconds since the run's start. */
  noticedUs: number
  /** What each of the others answered since, until the next failover or the next generation; null where nobody knows who they are. */
  others: number[] | null
}

/** What came of a run, in one sentence. `bad` only where requests failed: a wrong turn is worth a word, not an alarm. */
export type Verdict = {
  tone: 'good' | 'bad' | 'plain'
  sentence: string
  /** Small print: how it was judged, and what else to know. May be empty. */
  note: string
  /** Whether there are failed or rescued requests to be shown. */
  showFailures: boolean
}
