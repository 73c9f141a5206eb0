'use client'

import { ProgressBar } from '#components/ui/progress-bar.tsx'
import { type PageState, settledOf } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'
import { progressOf } from './progress.ts'

/** More of the requests than this started late, and the rate is not what was asked for. */
const LATE_SHARE = 0.01

const progressNow = ({ burst, live }: PageState) => burst && progressOf(burst, settledOf(live.totals), live.elapsedUs)

const ENDINGS = { running: '', finished: ', finished', cancelled: ', cancelled', failed: ', ended early' } as const

/** How far the burst in the panel is, or where it ended. */
export function BurstProgress() {
  const progress = usePage(progressNow)
  const status = usePage((state) => state.burst?.status ?? null)
  const failure = usePage((state) => state.burst?.failure ?? null)
  const lateStarts = usePage((state) => state.burst?.lateStarts ?? 0)
  if (!progress || !status) return <p className="text-muted text-xs">Nothing sent yet.</p>
  return (
    <div className="grid min-w-0 gap-1.5">
      <ProgressBar label="Burst" max={progress.max} text={progress.text} value={progress.value} />
      <p className="num truncate text-muted text-xs">
        {progress.text}
        {ENDINGS[status]}
      </p>
      {failure && <p className="text-failed text-xs">{failure}</p>}
      {lateStarts > LATE_SHARE && (
        <p className="text-xs">
          <span aria-hidden="true">▲ </span>
          This front door cannot keep this rate: {Math.round(lateStarts * 100)} % of the requests waited for a free
          place. Allow more at once, or ask for less.
        </p>
      )}
    </div>
  )
}
