'use client'

import { useEffect, useState } from 'react'
import { type Colours, useColours } from '#components/canvas/colours.ts'
import { type MarkGroup, mergeMarks } from '#components/canvas/merge-marks.ts'
import { useLogTick } from '#components/samples/use-log-tick.ts'
import type { PageState } from '#lib/client/page-state.ts'
import type { RateBucket, RateSeries } from '#lib/client/rate-series.ts'
import { usePage, useRateSeries } from '#lib/client/use-page.ts'
import { type ChartWindow, chartWindow, marksIn } from './chart-window.ts'

export type ChartInput = {
  window: ChartWindow | null
  buckets: readonly RateBucket[]
  marks: readonly MarkGroup[]
  rates: RateSeries
  /** Null before the page has run in a browser. */
  colours: Colours | null
  /** Why there is no picture yet; null when there is one. */
  empty: string | null
}

/** Charts move once a second; the last samples of a burst need not wait for that. */
const CHART_INTERVAL_MS = 1_000
const SETTLE_INTERVAL_MS = 100
/** Marks closer than this share of the axis lie on one another. */
const CLOSE = 0.05

const ranSecondsOf = ({ shown: { live } }: PageState): number => Math.round(live.elapsedUs / 1_000_000)
const spanOf = ({ from, to }: ChartWindow): number => to - from

/** Whole seconds of the running burst on the server's clock; null when none runs. */
const heardSecond = ({ shown: { burst, live } }: PageState): number | null =>
  burst?.status === 'running' ? Math.floor(live.elapsedUs / 1_000_000) : null

/** How many seconds the run has gone. A live one goes on by itself where no sample comes: a chart that stands still would say that time does. */
function useBurstSecond(): number | null {
  const heard = usePage(heardSecond)
  const isLive = usePage((state) => state.shown.source === 'live')
  const [ahead, setAhead] = useState({ of: heard, seconds: 0 })
  useEffect(() => {
    if (heard === null || !isLive) return
    const timer = setInterval(
      () => setAhead((now) => ({ of: heard, seconds: now.of === heard ? now.seconds + 1 : 1 })),
      1_000,
    )
    return () => clearInterval(timer)
  }, [heard, isLive])
  if (heard === null) return null
  return heard + (ahead.of === heard ? ahead.seconds : 0)
}

/** What both charts are drawn from. A component that uses it renders once a second while a burst runs. */
export function useChart(): ChartInput {
  const rates = useRateSeries()
  const nowSecond = useBurstSecond()
  const ranSeconds = usePage(ranSecondsOf)
  const burst = usePage((state) => state.shown.burst?.id ?? null)
  const actions = usePage((state) => state.shown.actions)
  const connecting = usePage((state) => state.link.state === 'connecting')
  useLogTick(nowSecond === null ? SETTLE_INTERVAL_MS : CHART_INTERVAL_MS)
  const colours = useColours()
  const buckets = rates.buckets
  const window = chartWindow({ nowSecond, newestSecond: buckets.at(-1)?.second ?? null, ranSeconds })
  const marks = window && burst !== null ? mergeMarks(marksIn(actions, burst, window), spanOf(window) * CLOSE) : []
  const empty = connecting
    ? 'Connecting…'
    : buckets.length === 0
      ? 'Nothing measured yet. Each second of a burst appears here.'
      : null
  return { window, buckets, marks, rates, colours, empty }
}
