import type { AttemptRecord, Peer, Route } from './frame.ts'
import { type BackendKey, isFrontDoorItself, type Sample } from './model.ts'
import { NO_ROUTE, ORDER_AT, OUTCOME_AT, outcomeOf, ROUTE_AT, reasonOf, statusOf } from './sample-record.ts'

/** What the words of a sample point at, on whichever side they lie. */
export type SampleTables = {
  route: (index: number) => Route | null | undefined
  peer: (index: number) => Peer | null | undefined
}

export type Attempts = { resent: boolean; attempts: readonly AttemptRecord[] }

/**
 * One sample as contract.md has it, from the SAMPLE_WORDS words that begin at `at`. `detail` null: a plain sample, or one
 * whose detail is no longer kept; its attempts are empty then.
 */
export function readSample(
  words: ArrayLike<number>,
  at: number,
  seq: number,
  detail: Attempts | null,
  tables: SampleTables,
): Sample {
  const [sentUs = 0, latencyUs = 0, waitUs = 0] = [words[at], words[at + 1], words[at + 2]]
  const index = words[at + ROUTE_AT] ?? NO_ROUTE
  const word = words[at + OUTCOME_AT] ?? 0
  const route = index === NO_ROUTE ? null : tables.route(index)
  return {
    seq,
    order: words[at + ORDER_AT] ?? 0,
    intendedUs: sentUs - waitUs,
    sentUs,
    latencyUs,
    outcome: outcomeOf(word),
    reason: reasonOf(word),
    status: statusOf(word) || null,
    backend: route?.backend ?? null,
    generation: route?.generation ?? null,
    resent: detail?.resent ?? false,
    attempts: (detail?.attempts ?? []).map((attempt) => {
      const peer = tables.peer(attempt.peer)
      return {
        backend: peer?.backend ?? null,
        address: peer?.address ?? '',
        status: attempt.status || null,
        ms: attempt.us === null ? null : attempt.us / 1000,
      }
    }),
  }
}

/**
 * The backends that were tried and did not answer, in order; null for one whose address nobody knows. An address without a
 * colon is the name of the front door's group: no backend was dialled.
 */
export function failedAttempts(
  word: number,
  detail: Attempts | null,
  peer: SampleTables['peer'],
): (BackendKey | null)[] {
  const attempts = detail?.attempts ?? []
  const failed = outcomeOf(word) === 'answered' ? attempts.slice(0, -1) : attempts
  return failed.flatMap((attempt) => {
    const tried = peer(attempt.peer)
    return tried && !isFrontDoorItself(tried.address) ? [tried.backend] : []
  })
}
