import { formatMs, groupDigits } from '#components/ui/figures.ts'
import { shortName } from '#lib/client/hues.ts'
import type { SampleLog } from '#lib/client/sample-log.ts'
import { readSample } from '#lib/client/sample-rows.ts'
import type { TapeColumn, TapeColumns } from '#lib/diagram/tape-columns.ts'
import type { BackendKey, Reason, Sample } from '#lib/protocol/model.ts'

type Numbers = ReadonlyMap<BackendKey, number>

const REASONS: Record<Reason, string> = {
  none: 'no reason given',
  connect: 'the front door could not be reached',
  'connection-closed': 'the connection was closed',
  malformed: 'the answer was malformed',
  'too-large': 'the answer was too large',
  'no-backend': 'no backend was left to answer',
  'gateway-timeout': 'no backend answered in time',
  'front-door-5xx': 'the front door answered with an error of its own',
}

const nameOf = (backend: BackendKey | null, numbers: Numbers): string =>
  backend === null ? 'an unknown backend' : `${numbers.get(backend) ?? '?'} ${backend}`

/** One sample in a line: "#17, answered by 2 7be04d9910ac, 200, in 1.3 ms". */
export function sampleReadout(sample: Sample, numbers: Numbers): string {
  const { seq, outcome, backend, status, reason, latencyMs } = { ...sample, latencyMs: sample.latencyUs / 1000 }
  const failed = (outcome === 'answered' ? sample.attempts.slice(0, -1) : sample.attempts).map(
    (attempt) =>
      `${attempt.backend === null ? attempt.address : nameOf(attempt.backend, numbers)} (${attempt.status ?? 'no answer'})`,
  )
  const end =
    outcome === 'answered'
      ? `answered by ${nameOf(backend, numbers)}`
      : outcome === 'failed'
        ? `failed: ${REASONS[reason]}`
        : outcome === 'timedOut'
          ? 'timed out'
          : 'cancelled'
  return [
    `#${groupDigits(seq)}`,
    ...(failed.length > 0 ? [`tried ${failed.join(', then ')}`] : []),
    end,
    ...(status === null ? [] : [String(status)]),
    `${outcome === 'answered' ? 'in' : 'after'} ${formatMs(latencyMs)}`,
    ...(sample.resent ? ['sent again on a connection that had been closed'] : []),
  ].join(', ')
}

/** A column in a line: "#200 to #219: 7 by 1 a3f9, 7 by 2 7be0, 6 by 3 c0de". */
export function columnReadout(
  column: TapeColumn | undefined,
  firstSeq: number,
  lastSeq: number,
  backends: readonly BackendKey[],
  numbers: Numbers,
): string {
  const span = `#${groupDigits(firstSeq)} to #${groupDigits(lastSeq)}`
  if (!column) return `${span}: did not reach this browser`
  const short = (backend: BackendKey) => `${numbers.get(backend) ?? '?'} ${shortName(backend)}`
  const counted = (counts: readonly (number | undefined)[], word: string) =>
    backends
      .flatMap((backend, place) => (counts[place] ? [{ backend, got: counts[place] }] : []))
      .sort((one, other) => (numbers.get(one.backend) ?? 0) - (numbers.get(other.backend) ?? 0))
      .map(({ backend, got }) => `${groupDigits(got)} ${word} ${short(backend)}`)
  return `${span}: ${[
    ...counted(column.answered, 'by'),
    ...(column.failed > 0 ? [`${groupDigits(column.failed)} by nobody`] : []),
    ...(column.cancelled > 0 ? [`${groupDigits(column.cancelled)} cancelled`] : []),
    ...counted(column.errors, 'with an error from'),
    ...counted(column.broken, 'rescued or lost at'),
  ].join(', ')}`
}

/** What stands at this sample, or in its column where a column stands for several. */
export function readoutAt(log: SampleLog, columns: TapeColumns, seq: number, numbers: Numbers): string {
  const { perColumn } = columns
  if (perColumn === 1) {
    const sample = readSample(log, seq)
    return sample ? sampleReadout(sample, numbers) : `#${groupDigits(seq)}: did not reach this browser`
  }
  const column = Math.floor(seq / perColumn)
  const last = Math.min((column + 1) * perColumn, log.nextSeq) - 1
  return columnReadout(columns.column(column), column * perColumn, last, columns.backends, numbers)
}
