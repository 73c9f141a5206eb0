import type { SampleLog } from '#lib/client/sample-log.ts'
import type { Action } from '#lib/protocol/model.ts'
import { seqAt } from './tape-feed.ts'

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
