'use client'

import { useLayoutEffect, useMemo, useRef } from 'react'
import type uPlot from 'uplot'
import { type BackendNumbers, nameOf, useBackendNumbers } from '#components/backends/numbers.ts'
import { type Colours, stripes } from '#components/canvas/colours.ts'
import { hueOf } from '#lib/client/hues.ts'
import { usePage } from '#lib/client/use-page.ts'
import { ChartPanel } from './chart-panel.tsx'
import { drawEdgeLabels, drawMarks, type EdgeLabel } from './draw.ts'
import { chartFrame } from './frame.ts'
import { LazyPlot } from './lazy-plot.tsx'
import { type Layer, type RateStack, roundUp, stackRates, thinnestOf } from './rate-stack.ts'
import { stepSeries } from './step-series.ts'
import { rateSummary } from './summaries.ts'
import { type ChartInput, useChart } from './use-chart.ts'

const TITLE = 'Requests per second, by backend'
const NO_STACK: RateStack = { at: [], layers: [], peak: 0 }
/** Thinner bands, CSS pixels, lose more to a separator or a stripe than they keep. */
const LEAST_PARTED = 5

/** Requests a second, stacked by backend, and what nobody answered on top. */
export function RateChart() {
  const chart = useChart()
  const numbers = useBackendNumbers()
  const present = usePage((state) => state.cluster?.backends)
  const { window, buckets, rates } = chart
  const stack = window
    ? stackRates(buckets, rates.backends, new Set(present?.map((one) => one.backend)), numbers, window)
    : NO_STACK
  return (
    <ChartPanel empty={chart.empty} summary={rateSummary(stack, chart.marks, numbers)} title={TITLE}>
      {window && chart.colours && <RatePlot chart={chart} colours={chart.colours} numbers={numbers} stack={stack} />}
    </ChartPanel>
  )
}

type RatePlotProps = { chart: ChartInput; colours: Colours; numbers: BackendNumbers; stack: RateStack }

function RatePlot({ chart, colours, numbers, stack }: RatePlotProps) {
  const top = roundUp(stack.peak)
  // The top of the stack is drawn first, down to zero; each lower one covers its part.
  const layers = stack.layers.toReversed()
  const key = layers.map((layer) => layer.backend ?? '').join()
  const span = chart.window ? chart.window.to - chart.window.from : 0
  const running = chart.window?.running ?? false
  const latest = useRef({ marks: chart.marks, labels: [] as EdgeLabel[], thinnest: 0 })
  useLayoutEffect(() => {
    latest.current = { marks: chart.marks, labels: edgeLabels(stack.layers, numbers), thinnest: thinnestOf(stack) }
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says which layers there are; numbers alone make no new plot.
  const options = useMemo(() => {
    const isThin = (plot: uPlot) => (latest.current.thinnest / top) * plot.over.clientHeight < LEAST_PARTED
    const series = layers.map((layer) =>
      stepSeries({ ...fillOf(layer, numbers, colours), edge: colours.panel, isThin }),
    )
    return chartFrame({
      ...{ colours, span, running, top, unit: ' /s', right: 62, series },
      draw: (plot) => {
        drawMarks(plot, latest.current.marks, colours)
        drawEdgeLabels(plot, latest.current.labels, colours)
      },
    })
  }, [key, colours, span, running, top, numbers])
  return <LazyPlot data={[stack.at, ...layers.map((layer) => layer.top)]} options={options} />
}

function fillOf(layer: Layer, numbers: BackendNumbers, colours: Colours) {
  const number = layer.backend === null ? null : (numbers.get(layer.backend) ?? 1)
  const plainFill = number === null ? colours.failed : colours.backend(number)
  const isStriped = number === null || hueOf(number).striped
  return { plainFill, fill: isStriped ? stripes(plainFill, colours.panel, devicePixelRatio) : plainFill }
}

/** Each name at the middle of its layer's last value. */
function edgeLabels(layers: readonly Layer[], numbers: BackendNumbers): EdgeLabel[] {
  return layers.flatMap((layer) => {
    const own = layer.own.at(-1)
    const top = layer.top.at(-1)
    if (!own || top == null) return []
    return [{ value: top - own / 2, text: layer.backend === null ? 'nobody' : nameOf(layer.backend, numbers) }]
  })
}
