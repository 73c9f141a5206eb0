import type { BackendKey, Sample } from '#lib/protocol/model.ts'
import { failedAttempts as failedOf, readSample as sampleOf } from '#lib/protocol/read-sample.ts'
import type { SampleLog } from './sample-log.ts'

const tablesOf = (log: SampleLog) => ({
  route: (index: number) => log.routeAt(index),
  peer: (index: number) => log.peer(index),
})

/** One sample in plain words, as the contract has it; null where this browser does not have it. */
export const readSample = (log: SampleLog, seq: number): Sample | null =>
  log.has(seq) ? sampleOf(log.words(seq), 0, seq, log.detail(seq), tablesOf(log)) : null

/** The backends that were tried and did not answer, in order; null for one whose address is not known. Empty for a plain sample. */
export const failedAttempts = (log: SampleLog, seq: number): (BackendKey | null)[] =>
  failedOf(log.outcomeWord(seq), log.detail(seq), (index) => log.peer(index))
