import type { Attempt, Sample } from '#lib/protocol/model.ts'
import { isFrontDoorItself } from '#lib/protocol/model.ts'

/** One try at one backend, on the clock of the request: microseconds since it was due. */
export type WayAttempt = {
  attempt: Attempt
  fromUs: number
  toUs: number
  /** It made the answer that the client got. */
  isAnswer: boolean
  /** What the front door said it took, in words; null where it did not say. */
  took: string | null
}

/** The way of a request, in microseconds since it was due. */
export type Way = { sentUs: number; doneUs: number; attempts: WayAttempt[] }

/** nginx tells whole milliseconds. */
const tookText = (ms: number): string => (ms < 1 ? '< 1 ms' : `${Number.isInteger(ms) ? ms : ms.toFixed(1)} ms`)

/**
 * Where the attempts of a request lie in time. The front door says how long each took, not when it began: they stand one after another
 * from the sending on, and what it did not measure is the rest. An answered sample without details made one attempt.
 */
export function wayOf(sample: Sample): Way {
  const sentUs = sample.sentUs - sample.intendedUs
  const doneUs = sentUs + sample.latencyUs
  const isAnswered = sample.outcome === 'answered'
  const attempts: Attempt[] =
    sample.attempts.length > 0 || !isAnswered
      ? sample.attempts
      : [{ backend: sample.backend, address: '', status: sample.status, ms: null }]
  const told = attempts.reduce((sum, { ms }) => sum + (ms ?? 0) * 1_000, 0)
  const untold = attempts.filter(({ ms }) => ms === null).length
  const rest = Math.max(0, sample.latencyUs - told)
  // Whole milliseconds may add up to more than the whole took.
  const scale = told > sample.latencyUs && told > 0 ? sample.latencyUs / told : 1
  let at = sentUs
  return {
    ...{ sentUs, doneUs },
    attempts: attempts.map((attempt, index) => {
      const fromUs = at
      at += attempt.ms === null ? rest / untold : attempt.ms * 1_000 * scale
      const isAnswer = isAnswered && index === attempts.length - 1
      return {
        attempt,
        fromUs,
        toUs: Math.min(doneUs, at),
        isAnswer,
        took: attempt.ms === null ? null : tookText(attempt.ms),
      }
    }),
  }
}

/** Why an attempt ended: `answered 200`, `refused or closed the connection`, `no answer in time`. */
export function reasonOfAttempt({ attempt: { backend, address, status }, isAnswer }: WayAttempt): string {
  if (isAnswer) return `answered ${status ?? ''}`.trim()
  if (backend === null && isFrontDoorItself(address)) return 'no backend was left to ask'
  if (status === 502) return 'refused or closed the connection'
  if (status === 504) return 'no answer in time'
  return status === null ? 'no answer' : `answered ${status}`
}
