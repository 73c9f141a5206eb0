'use client'

import { useMemo } from 'react'
import { usePaintedTheme } from '#components/theme/use-theme.ts'
import type { PageState } from '#lib/client/page-state.ts'
import type { RateBucket, RateSeries } from '#lib/client/rate-series.ts'
import { usePage, useRateSeries } from '#lib/client/use-page.ts'
import { type ChartWindow, chartWindow, marksIn } from './chart-window.ts'
import { type Colours, readColours } from './colours.ts'
import { type MarkGroup, mergeMarks } from './merge-marks.ts'
import { useBurstSecond } from './use-burst-second.ts'
import { useLogTick } from './use-log-tick.ts'

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

/** What both charts are drawn from. A component that uses it renders once a second while a burst runs. */
export function useChart(): ChartInput {
  const rates = useRateSeries()
  const nowSecond = useBurstSecond()
  const ranSeconds = usePage(ranSecondsOf)
  const startedAt = usePage((state) => state.shown.burst?.startedAt ?? null)
  const actions = usePage((state) => state.shown.actions)
  const connecting = usePage((state) => state.link.state === 'connecting')
  useLogTick(nowSecond === null ? SETTLE_INTERVAL_MS : CHART_INTERVAL_MS)
  const theme = usePaintedTheme()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the document, which the theme changes.
  const colours = useMemo(() => (typeof document === 'undefined' ? null : readColours()), [theme])
  const buckets = rates.buckets
  const window = chartWindow({ nowSecond, newestSecond: buckets.at(-1)?.second ?? null, ranSeconds })
  const marks =
    window && startedAt !== null ? mergeMarks(marksIn(actions, startedAt, window), spanOf(window) * CLOSE) : []
  const empty = connecting
    ? 'Connecting.'
    : buckets.length === 0
      ? 'Nothing measured yet. Each second of a burst will stand here.'
      : null
  return { window, buckets, marks, rates, colours, empty }
}
