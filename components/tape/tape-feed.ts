import type { SampleLog } from '#lib/client/sample-log.ts'
import { failedAttempts } from '#lib/client/sample-rows.ts'
import { TapeColumns } from '#lib/diagram/tape-columns.ts'
import { cellsThatFit, requestsPerColumn } from '#lib/diagram/tape-view.ts'
import { outcomeOf, statusOf } from '#lib/protocol/sample-record.ts'

const SECOND_US = 1_000_000

/** The first kept sample that ended at or after `us`. Samples end in order of seq, about. */
export function seqAt(log: SampleLog, us: number): number {
  let low = log.firstSeq
  let high = log.nextSeq
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    // A hole counts as early: what comes after it decides.
    if (!log.has(middle) || log.doneUs(middle) < us) low = middle + 1
    else high = middle
  }
  return low
}

/** Keeps the tape's columns up with the log. */
export class TapeFeed {
  readonly columns = new TapeColumns()
  readonly #log: SampleLog
  #nextSeq = 0
  #resets = -1

  constructor(log: SampleLog) {
    this.#log = log
  }

  /** Takes in what is new; `width` is the room for cells. */
  catchUp(width: number): void {
    const log = this.#log
    if (this.#resets !== log.resets) {
      this.#resets = log.resets
      this.#restart(1)
    }
    const perColumn = this.#paceAt(width)
    if (perColumn !== this.columns.perColumn) this.#restart(perColumn)
    for (let seq = log.since(this.#nextSeq); seq < log.nextSeq; seq++) if (log.has(seq)) this.#add(seq)
    this.#nextSeq = log.nextSeq
  }

  #restart(perColumn: number): void {
    this.columns.restart(perColumn)
    this.#nextSeq = 0
  }

  #paceAt(width: number): number {
    const log = this.#log
    const newest = log.nextSeq - 1
    const elapsedUs = log.has(newest) ? log.doneUs(newest) : 0
    return requestsPerColumn({
      samples: log.nextSeq - log.firstSeq,
      fits: cellsThatFit(width),
      lastSecond: log.nextSeq - seqAt(log, elapsedUs - SECOND_US),
      elapsedUs,
      before: this.columns.perColumn,
    })
  }

  #add(seq: number): void {
    const log = this.#log
    const verdict = log.outcomeWord(seq)
    const outcome = outcomeOf(verdict)
    const isAnswered = outcome === 'answered'
    this.columns.add(seq, {
      backend: isAnswered ? (log.route(seq)?.backend ?? null) : null,
      tried: failedAttempts(log, seq),
      end: isAnswered
        ? statusOf(verdict) >= 500
          ? 'error'
          : 'answered'
        : outcome === 'cancelled'
          ? outcome
          : 'failed',
    })
  }
}
