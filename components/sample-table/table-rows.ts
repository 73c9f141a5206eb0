import type { BackendNumbers } from '#components/backends/numbers.ts'
import { endingAt, isFailedAt } from '#components/samples/ending-at.ts'
import { attemptedAt } from '#components/samples/sample-text.ts'
import { formatMs } from '#components/ui/figures.ts'
import type { SampleLog } from '#lib/client/sample-log.ts'
import { readSample } from '#lib/client/sample-rows.ts'
import type { Sample } from '#lib/protocol/model.ts'
import { hasDetail } from '#lib/protocol/sample-record.ts'

export const ROW_FILTERS = [
  { value: 'all', text: 'all' },
  { value: 'failed', text: 'failed' },
  { value: 'rescued', text: 'rescued' },
  { value: 'both', text: 'failed or rescued' },
] as const

export type TableFilter = (typeof ROW_FILTERS)[number]['value']

/** How many rows stand at once, and how many more each "show earlier" brings. */
export const PAGE_ROWS = 500

const isRescued = (log: SampleLog, seq: number): boolean => {
  if (!hasDetail(log.outcomeWord(seq))) return false
  const { backend, tried } = endingAt(log, seq)
  return backend !== null && tried.length > 0
}

const FILTERS: Record<Exclude<TableFilter, 'all'>, (log: SampleLog, seq: number) => boolean> = {
  failed: isFailedAt,
  rescued: isRescued,
  both: (log, seq) => isFailedAt(log, seq) || isRescued(log, seq),
}

/** A request with what is known of its attempts: `gone` where they were kept and are not any more. */
export type TableRow = { sample: Sample; attempts: 'plain' | 'none' | 'gone' | 'listed' }
/** Sequence numbers only: a row is read when it is drawn. */
export type TableRows = { seqs: readonly number[]; of: number }

/** Empty where the sample is not there. */
export function rowAt(log: SampleLog, seq: number): TableRow[] {
  const sample = readSample(log, seq)
  if (!sample) return []
  if (sample.attempts.length > 0) return [{ sample, attempts: 'listed' }]
  if (hasDetail(log.outcomeWord(seq)) && log.detail(seq) === null) return [{ sample, attempts: 'gone' }]
  return [{ sample, attempts: sample.outcome === 'answered' ? 'plain' : 'none' }]
}

/** Finds the rows of one filter. Each sample is looked at once, when it is new: outages have many rows, and only a page of them is built. */
export class RowFinder {
  readonly #log: SampleLog
  readonly #filter: TableFilter
  #found: number[] = []
  /** Before it in #found stands what the log no longer keeps. */
  #first = 0
  #nextSeq = 0
  #resets = -1

  constructor(log: SampleLog, filter: TableFilter) {
    this.#log = log
    this.#filter = filter
  }

  /** The newest `atMost` rows, newest last, and how many there are in all. */
  find(atMost: number): TableRows {
    const log = this.#log
    if (this.#filter === 'all') {
      const first = Math.max(log.firstSeq, log.nextSeq - atMost)
      const seqs = Array.from({ length: log.nextSeq - first }, (_, index) => first + index)
      return { seqs: seqs.filter((seq) => log.has(seq)), of: log.nextSeq - log.firstSeq }
    }
    this.#look(FILTERS[this.#filter])
    const found = this.#found
    return { seqs: found.slice(Math.max(this.#first, found.length - atMost)), of: found.length - this.#first }
  }

  #look(isWanted: (log: SampleLog, seq: number) => boolean): void {
    const log = this.#log
    if (this.#resets !== log.resets) {
      this.#resets = log.resets
      this.#found = []
      this.#first = 0
      this.#nextSeq = 0
    }
    for (let seq = log.since(this.#nextSeq); seq < log.nextSeq; seq++)
      if (log.has(seq) && isWanted(log, seq)) this.#found.push(seq)
    this.#nextSeq = log.nextSeq
    while ((this.#found[this.#first] ?? log.firstSeq) < log.firstSeq) this.#first++
    // The rest is copied when it is the lesser part, not with every look.
    if (this.#first * 2 <= this.#found.length) return
    this.#found = this.#found.slice(this.#first)
    this.#first = 0
  }
}

/** `1` for the plain case, else each attempt in its order, or why none can be told. */
export function attemptsText({ sample, attempts }: TableRow, numbers: BackendNumbers): string {
  if (attempts === 'plain') return '1'
  if (attempts === 'none') return 'none known'
  if (attempts === 'gone') return 'no longer kept'
  return sample.attempts
    .map((attempt) => {
      const { status, ms } = attempt
      const who = attemptedAt(attempt, numbers, 'short')
      return [who, status, ms === null ? null : `in ${formatMs(ms)}`].filter((part) => part !== null).join(' ')
    })
    .join(', then ')
}
