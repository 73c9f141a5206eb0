import { type KnownNumbers, nameOf } from '#components/charts/known-numbers.ts'
import { formatMs } from '#components/ui/figures.ts'
import type { SampleLog } from '#lib/client/sample-log.ts'
import { sampleRows } from '#lib/client/sample-rows.ts'
import type { Attempt, Sample } from '#lib/protocol/model.ts'

export const ROW_FILTERS = [
  { value: 'all', text: 'all' },
  { value: 'failed', text: 'failed' },
  { value: 'rescued', text: 'rescued' },
  { value: 'both', text: 'failed or rescued' },
] as const

export type TableFilter = (typeof ROW_FILTERS)[number]['value']

/** How many rows stand at once, and how many more each "show earlier" brings. */
export const PAGE_ROWS = 500
/** Filters look at no more of the unwell than this; the page stays quick. */
const MAX_UNWELL = 20_000

/** Lost to the client, or answered with an error. */
const isFailed = (sample: Sample): boolean => sample.outcome !== 'answered' || (sample.status ?? 0) >= 500
const isRescued = (sample: Sample): boolean => sample.outcome === 'answered' && sample.attempts.length > 1

const FILTERS: Record<Exclude<TableFilter, 'all'>, (sample: Sample) => boolean> = {
  failed: isFailed,
  rescued: isRescued,
  both: (sample) => isFailed(sample) || isRescued(sample),
}

export type TableRows = { rows: Sample[]; of: number }

/** The newest `atMost` rows of a filter, newest last, and how many there are in all. */
export function tableRows(log: SampleLog, filter: TableFilter, atMost: number): TableRows {
  if (filter === 'all') return { rows: sampleRows(log, atMost), of: log.nextSeq - log.firstSeq }
  const found = sampleRows(log, MAX_UNWELL, 'failures').filter(FILTERS[filter])
  return { rows: found.slice(-atMost), of: found.length }
}

const OUTCOME_WORDS = { answered: 'answered', failed: 'failed', timedOut: 'timed out', cancelled: 'cancelled' } as const

/** `answered`, `failed: gateway-timeout`, `answered, sent again`. */
export function outcomeText({ outcome, reason, resent }: Sample): string {
  const why = reason === 'none' ? '' : `: ${reason}`
  return `${OUTCOME_WORDS[outcome]}${why}${resent ? ', sent again' : ''}`
}

const attemptText = ({ backend, address, status, ms }: Attempt, numbers: KnownNumbers): string => {
  const who = backend ? nameOf(backend, numbers) : address.includes(':') ? address : 'front door'
  return [who, status, ms === null ? null : `in ${formatMs(ms)}`].filter((part) => part !== null).join(' ')
}

/** `1` for the plain case, else each attempt in its order. */
export const attemptsText = (attempts: readonly Attempt[], numbers: KnownNumbers): string =>
  attempts.length === 0 ? '1' : attempts.map((attempt) => attemptText(attempt, numbers)).join(', then ')
