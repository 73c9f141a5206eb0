import { endingAt } from '#components/samples/ending-at.ts'
import type { SampleLog } from '#lib/client/sample-log.ts'
import { TapeColumns } from '#lib/diagram/tape-columns.ts'
import { cellsThatFit, requestsPerColumn } from '#lib/diagram/tape-view.ts'
import type { Action } from '#lib/protocol/model.ts'

const SECOND_US = 1_000_000

/** The first kept sample that ended at or after `us`; `nextSeq` when none did. Samples end in order of seq, about. */
export function seqAt(log: SampleLog, us: number): number {
  let low = log.firstSeq
  let high = log.nextSeq
  let found = log.nextSeq
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    // A hole says nothing of time: the next sample that is there decides.
    let there = middle
    while (there < high && !log.has(there)) there++
    if (there === high) high = middle
    else if (log.doneUs(there) < us) low = there + 1
    else {
      found = there
      high = middle
    }
  }
  return found
}

/** An action, by the sample that was the first to end after it. */
export type TapeMark = { seq: number; kind: Action['kind']; label: string }

/** Those of this burst. One whose samples are not kept any more is left out, not heaped at the beginning. */
export function marksOf(log: SampleLog, actions: readonly Action[], burst: string | null): TapeMark[] {
  return actions.flatMap((action) => {
    if (burst === null || action.burst?.id !== burst || action.kind === 'burst') return []
    const seq = seqAt(log, action.burst.sinceUs)
    return seq === log.firstSeq && log.firstSeq > 0 ? [] : [{ seq, kind: action.kind, label: action.label }]
  })
}

/** Keeps the tape's columns in step with the log. */
export class TapeFeed {
  readonly columns: TapeColumns
  readonly #log: SampleLog
  #resets = -1

  constructor(log: SampleLog) {
    this.#log = log
    this.columns = new TapeColumns((seq) => (log.has(seq) ? endingAt(log, seq) : null))
  }

  /** Chooses how many requests a column stands for, and starts over when that changes or another run is shown; `width` is the room for cells. */
  keepUp(width: number): void {
    const log = this.#log
    if (this.#resets !== log.resets) {
      this.#resets = log.resets
      this.columns.restart(1)
    }
    const perColumn = this.#paceAt(width)
    if (perColumn !== this.columns.perColumn) this.columns.restart(perColumn)
  }

  /** Counts the columns [from, to) from the samples that are there now. */
  count(from: number, to: number): void {
    this.columns.count(from, to, this.#log.nextSeq)
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
}
