import { MAX_CONCURRENCY } from '#lib/protocol/limits.ts'
import type { Burst } from '#lib/protocol/model.ts'
import { count, percent } from './wording.ts'

/** Fewer late starts than this share of all, or than this many, are the clock's and not worth a word. */
const SAID_FROM_SHARE = 0.01
const SAID_FROM = 5

/**
 * Why requests of a burst with a rate started late, and what to do, in one clause; null when hardly any did. A request starts
 * late when every place that `concurrency` allows is taken: that is our own limit, and slow answers fill it.
 */
export function lateStartNote(
  burst: Pick<Burst, 'lateStarts' | 'request' | 'sent' | 'rescued' | 'failed' | 'timedOut' | 'latencyMs'>,
): string | null {
  const { lateStarts, request, sent, latencyMs } = burst
  const { ratePerSecond, concurrency } = request
  if (lateStarts === null || ratePerSecond === undefined) return null
  if (lateStarts <= SAID_FROM_SHARE || lateStarts * sent < SAID_FROM) return null
  const typicalMs = latencyMs.fromSent?.p50 ?? null
  const placesNeeded = typicalMs === null ? null : (ratePerSecond * typicalMs) / 1_000
  // The usual answer leaves room for the rate, so it was the few that had to be tried elsewhere.
  const hadRoom = placesNeeded !== null && placesNeeded < concurrency
  const taken = concurrency === 1 ? 'the only place was taken' : `all ${count(concurrency)} places were taken`
  const unanswered = burst.failed + burst.timedOut
  const few =
    unanswered > 0 && unanswered >= burst.rescued
      ? 'by requests that failed'
      : burst.rescued > 0
        ? 'while a failed attempt was tried elsewhere'
        : null
  // Where nobody answered, no answer was slow.
  const by = (hadRoom || typicalMs === null ? few : null) ?? 'by slow answers'
  const advice = concurrency < MAX_CONCURRENCY ? 'raise “In flight” or lower the rate' : 'lower the rate'
  return `${percent(Math.min(1, lateStarts))} started late, since ${taken} ${by}: ${advice}`
}
