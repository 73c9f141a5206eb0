'use client'

import { useLayoutEffect, useMemo, useRef } from 'react'
import type { Colours } from '#components/canvas/colours.ts'
import { ChartPanel } from './chart-panel.tsx'
import { drawEdgeLabels, drawHatched, drawMarks, type EdgeLabel } from './draw.ts'
import { chartFrame } from './frame.ts'
import { LATENCY_LINES, type LatencyLine, type LatencyLines, latencyLines, latencySummary } from './latency-lines.ts'
import { LazyPlot } from './lazy-plot.tsx'
import { roundUp } from './rate-stack.ts'
import { type ChartInput, useChart } from './use-chart.ts'

const NO_LINES: LatencyLines = { at: [], lines: [], peakMs: 0, missed: [] }
/** Told apart by weight and dash, named at the edge. */
const LOOKS = {
  p50: { width: 2, dash: [], alpha: 1 },
  p95: { width: 1.5, dash: [], alpha: 0.75 },
  p99: { width: 1.25, dash: [4, 3], alpha: 0.75 },
  'p50 due': { width: 2, dash: [1, 3], alpha: 1 },
  'p99 due': { width: 1.25, dash: [1, 3], alpha: 0.75 },
} as const

/** Percentiles of each second, from when requests were sent and from when they were due. */
export function LatencyChart() {
  const chart = useChart()
  const lines = chart.window ? latencyLines(chart.buckets, chart.window) : NO_LINES
  return (
    <ChartPanel empty={chart.empty} summary={latencySummary(lines, chart.marks)} title="Latency in ms">
      {chart.window && chart.colours && <LatencyPlot chart={chart} colours={chart.colours} lines={lines} />}
    </ChartPanel>
  )
}

function LatencyPlot({ chart, colours, lines }: { chart: ChartInput; colours: Colours; lines: LatencyLines }) {
  const top = roundUp(lines.peakMs * 1.1)
  const span = chart.window ? chart.window.to - chart.window.from : 0
  const running = chart.window?.running ?? false
  const hasDue = lines.lines.length > 3
  const latest = useRef({ marks: chart.marks, labels: [] as EdgeLabel[], missed: [] as number[] })
  useLayoutEffect(() => {
    latest.current = { marks: chart.marks, labels: lines.lines.toReversed().flatMap(edgeLabel), missed: lines.missed }
  })
  const options = useMemo(() => {
    const series = LATENCY_LINES.slice(0, hasDue ? 5 : 3).map((name) => ({
      stroke: colours.text,
      width: LOOKS[name].width,
      dash: [...LOOKS[name].dash],
      alpha: LOOKS[name].alpha,
      points: { show: true, size: 3, fill: colours.text, stroke: colours.text },
    }))
    return chartFrame({
      ...{ colours, span, running, top, unit: ' ms', right: hasDue ? 62 : 40, series },
      under: (plot) => drawHatched(plot, latest.current.missed, colours),
      draw: (plot) => {
        drawMarks(plot, latest.current.marks, colours)
        drawEdgeLabels(plot, latest.current.labels, colours)
      },
    })
  }, [colours, span, running, top, hasDue])
  return <LazyPlot data={[lines.at, ...lines.lines.map((line) => line.ms)]} options={options} />
}

/** A name at the edge only for a line that is there: the newest value at most a few seconds old. */
function edgeLabel({ name, ms }: LatencyLine): EdgeLabel[] {
  const last = ms.findLast((value) => value !== null)
  return last == null ? [] : [{ value: last, text: name }]
}
