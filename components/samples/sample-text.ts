import { type BackendNumbers, nameOf } from '#components/backends/numbers.ts'
import { formatMs, groupDigits } from '#components/ui/figures.ts'
import type { Attempt, Reason, Sample } from '#lib/protocol/model.ts'
import { isFrontDoorItself, UNKNOWN_BACKEND } from '#lib/protocol/model.ts'

const REASONS: Record<Reason, string> = {
  none: 'no reason given',
  connect: 'the front door could not be reached',
  'connection-closed': 'the connection was closed',
  malformed: 'the answer was malformed',
  'too-large': 'the answer was too large',
  'no-backend': 'no backend answered',
  'gateway-timeout': 'no backend answered in time',
  'front-door-5xx': 'the front door answered with an error of its own',
}

/** `answered`, `failed: no backend answered in time`, `timed out`, `cancelled`. */
export function outcomeText({ outcome, reason }: Pick<Sample, 'outcome' | 'reason'>): string {
  if (outcome === 'failed') return `failed: ${REASONS[reason]}`
  return outcome === 'timedOut' ? 'timed out' : outcome
}

/** Where one attempt went. */
export const attemptedAt = (
  { backend, address }: Attempt,
  numbers: BackendNumbers,
  digits: 'short' | 'whole',
): string => (backend ? nameOf(backend, numbers, digits) : isFrontDoorItself(address) ? 'front door' : address)

/** How long it took; where it waited for a free place first, since when it was due, too. */
export function timesText({
  intendedUs,
  sentUs,
  latencyUs,
}: Pick<Sample, 'intendedUs' | 'sentUs' | 'latencyUs'>): string {
  const fromSent = formatMs(latencyUs / 1_000)
  if (sentUs <= intendedUs) return fromSent
  return `${fromSent} (${formatMs((sentUs - intendedUs + latencyUs) / 1_000)} from due)`
}

/** One request in a line: "#17, answered by 2 7be04d9910ac, 200, in 1.3 ms". */
export function sampleText(sample: Sample, numbers: BackendNumbers): string {
  const { seq, outcome, backend, status } = sample
  const isAnswered = outcome === 'answered'
  const tried = (isAnswered ? sample.attempts.slice(0, -1) : sample.attempts).map(
    (attempt) => `${attemptedAt(attempt, numbers, 'whole')} (${attempt.status ?? 'no answer'})`,
  )
  const by = backend === null ? 'an unknown backend' : nameOf(backend, numbers, 'whole')
  return [
    `#${groupDigits(seq)}`,
    ...(tried.length > 0 ? [`tried ${tried.join(', then ')}`] : []),
    isAnswered ? `answered by ${by}` : outcomeText(sample),
    ...(status === null ? [] : [String(status)]),
    `${isAnswered ? 'in' : 'after'} ${timesText(sample)}`,
    ...(sample.resent ? ['sent again on a connection that had been closed'] : []),
  ].join(', ')
}

/** Who answered a request, as a table says it. */
export const answeredBy = ({ outcome, backend }: Pick<Sample, 'outcome' | 'backend'>): string | null =>
  outcome === 'answered' ? (backend ?? UNKNOWN_BACKEND) : null
