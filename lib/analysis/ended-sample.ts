import type { Attempts, SampleTables } from '#lib/protocol/read-sample.ts'
import { NO_ROUTE, OUTCOME_AT, outcomeOf, ROUTE_AT } from '#lib/protocol/sample-record.ts'
import type { Ended, FailedAttempt } from './run-judge.ts'

const NO_ATTEMPTS: readonly FailedAttempt[] = []

/** A sample as the judge of a run takes it, from the SAMPLE_WORDS words that begin at `at`. `detail` null: a plain one. */
export function endedSample(
  words: ArrayLike<number>,
  at: number,
  seq: number,
  detail: Attempts | null,
  { route, peer }: SampleTables,
): Ended {
  const index = words[at + ROUTE_AT] ?? NO_ROUTE
  const taken = index === NO_ROUTE ? null : route(index)
  const outcome = outcomeOf(words[at + OUTCOME_AT] ?? 0)
  const isAnswered = outcome === 'answered'
  // The last attempt of an answered request is the one that answered.
  const failed = isAnswered ? detail?.attempts.slice(0, -1) : detail?.attempts
  return {
    ...{ seq, outcome, sentUs: words[at] ?? 0, latencyUs: words[at + 1] ?? 0 },
    generation: taken?.generation ?? null,
    backend: isAnswered ? (taken?.backend ?? null) : null,
    failedAttempts:
      failed?.map((attempt) => ({ backend: peer(attempt.peer)?.backend ?? null, us: attempt.us })) ?? NO_ATTEMPTS,
    resent: detail?.resent ?? false,
  }
}
