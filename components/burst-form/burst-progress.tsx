'use client'

import { latestRun } from '#components/runs/latest-run.ts'
import { groupDigits } from '#components/ui/figures.ts'
import { ProgressBar } from '#components/ui/progress-bar.tsx'
import { formatDuration } from '#lib/analysis/durations.ts'
import { lateStartNote } from '#lib/analysis/late-starts.ts'
import type { PageState } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'
import type { Burst } from '#lib/protocol/model.ts'
import { settledOf } from '#lib/protocol/model.ts'

type Progress = { value: number; max: number; text: string }

/**
 * How far a burst is: by its count, or by its clock. What is done counts, not what was sent.
 * A cancelled or finished burst stands where it ended.
 */
export function progressOf(burst: Pick<Burst, 'request'>, settled: number, elapsedUs: number): Progress {
  const { requests, durationMs } = burst.request
  if (durationMs === undefined) {
    const max = requests ?? 0
    return { value: Math.min(settled, max), max, text: `${groupDigits(settled)} of ${groupDigits(max)}` }
  }
  const elapsedMs = Math.min(durationMs, elapsedUs / 1_000)
  const shown = elapsedMs < 1_000 ? '0 s' : formatDuration(Math.floor(elapsedMs / 1_000) * 1_000)
  return {
    value: elapsedMs,
    max: durationMs,
    text: `${shown} of ${formatDuration(durationMs)}, ${groupDigits(settled)} done`,
  }
}

function progressNow(state: PageState): Progress | null {
  const latest = latestRun(state)
  return latest && progressOf(latest.burst, settledOf(latest.totals), latest.elapsedUs)
}

/** The verdict's own words for late starts in the latest run; null when hardly any were late. */
export function lateNow(state: PageState): string | null {
  const latest = latestRun(state)
  return latest && lateStartNote(latest.burst)
}

const ENDINGS = { running: '', finished: ', finished', cancelled: ', cancelled', failed: ', ended early' } as const

/** One line beside Cancel, on a wide screen. */
const LINE = 'min-w-0 self-center'

/** How far the burst in the panel is, or where it ended: parts of the grid that Send and Cancel stand in. */
export function BurstProgress() {
  const progress = usePage(progressNow)
  const status = usePage((state) => latestRun(state)?.burst.status ?? null)
  const failure = usePage((state) => latestRun(state)?.burst.failure ?? null)
  const late = usePage(lateNow)
  if (!progress || !status) return <p className={`${LINE} text-muted text-xs max-wide:hidden`}>Nothing sent yet.</p>
  return (
    <>
      <div className="col-span-2 max-wide:order-first">
        <ProgressBar label="Burst" max={progress.max} text={progress.text} value={progress.value} />
      </div>
      <p className={`${LINE} tabular-nums text-muted text-xs max-wide:order-first max-wide:col-span-2`}>
        {progress.text}
        {ENDINGS[status]}
      </p>
      {failure && <p className="order-last col-span-2 text-failed text-xs">{failure}</p>}
      {late && (
        <p className="order-last col-span-2 text-xs max-wide:hidden">
          <span aria-hidden="true">▲ </span>
          {late}.
        </p>
      )}
    </>
  )
}
