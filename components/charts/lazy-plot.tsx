'use client'

import { lazy, Suspense } from 'react'
import type { PlotProps } from './plot.tsx'

const Plot = lazy(() => import('./plot.tsx').then((module) => ({ default: module.Plot })))

/** The plot's library is fetched with the first burst: the page shows the cluster sooner without it. */
export function LazyPlot(props: PlotProps) {
  return (
    <Suspense fallback={null}>
      <Plot {...props} />
    </Suspense>
  )
}
