'use client'

import { useLayoutEffect, useMemo, useRef } from 'react'
import type uPlot from 'uplot'
import { type BackendNumbers, useBackendNumbers } from '#components/backends/numbers.ts'
import { type Colours, stripes } from '#components/canvas/colours.ts'
import { hueOf } from '#lib/client/hues.ts'
import { ChartPanel } from './chart-panel.tsx'
import { drawEdgeLabels, drawMarks, type EdgeLabel } from './draw.ts'
import { chartFrame } from './frame.ts'
import { LazyPlot } from './lazy-plot.tsx'
import type { PlotSeries } from './plot.tsx'
import { type Layer, layerName, type RateStack, rateSummary, roundUp, stackRates, thinnestOf } from './rate-stack.ts'
import { type ChartInput, useChart } from './use-chart.ts'

const TITLE = 'Requests per second, by backend'
const NO_STACK: RateStack = { at: [], layers: [], peak: 0 }
/** Thinner bands, CSS pixels, lose more to a separator or a stripe than they keep. */
const LEAST_PARTED = 5

/** Requests a second, stacked by backend, what this browser missed and what nobody answered on top. */
export function RateChart() {
  const chart = useChart()
  const numbers = useBackendNumbers()
  const { window, buckets, rates } = chart
  const stack = window ? stackRates(buckets, rates.backends, numbers, window) : NO_STACK
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
  const key = layers.map((layer) => layer.backend ?? layer.kind).join()
  const span = chart.window ? chart.window.to - chart.window.from : 0
  const running = chart.window?.running ?? false
  const latest = useRef({ marks: chart.marks, labels: [] as EdgeLabel[], thinnest: 0 })
  useLayoutEffect(() => {
    latest.current = { marks: chart.marks, labels: edgeLabels(stack.layers, numbers), thinnest: thinnestOf(stack) }
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says which layers there are; numbers alone make no new plot.
  const options = useMemo(() => {
    const isThin = (plot: uPlot) => (latest.current.thinnest / top) * plot.over.clientHeight < LEAST_PARTED
    const series = layers.map((layer) => areaOf({ ...fillOf(layer, numbers, colours), edge: colours.panel, isThin }))
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

/** Striped: the ninth hue and on, what nobody answered, and what this browser did not see. */
function fillOf(layer: Layer, numbers: BackendNumbers, colours: Colours) {
  const number = layer.backend === null ? null : (numbers.get(layer.backend) ?? null)
  const ownFill = layer.kind === 'nobody' ? colours.failed : colours.muted
  const plainFill = number === null ? ownFill : colours.backend(number)
  const isStriped = layer.kind !== 'backend' || (number !== null && hueOf(number).striped)
  return { plainFill, fill: isStriped ? stripes(plainFill, colours.panel, devicePixelRatio) : plainFill }
}

type AreaLook = {
  fill: CanvasPattern | string
  /** Instead of a pattern, where there is no room for one. */
  plainFill: string
  /** The line that parts it from the next. */
  edge: string
  isThin: (plot: uPlot) => boolean
}

/** A thin line of the panel's colour parts areas, but not where they are hardly thicker than the line: it would be all that is seen. */
const areaOf = ({ fill, plainFill, edge, isThin }: AreaLook): PlotSeries => ({
  fill: (plot) => (isThin(plot) ? plainFill : fill),
  stroke: (plot) => (isThin(plot) ? 'transparent' : edge),
  width: 1,
  points: { show: false },
  stepped: true,
})

/** Each name at the middle of its layer's last value. */
function edgeLabels(layers: readonly Layer[], numbers: BackendNumbers): EdgeLabel[] {
  return layers.flatMap((layer) => {
    const own = layer.own.at(-1)
    const top = layer.top.at(-1)
    if (!own || top == null) return []
    return [{ value: top - own / 2, text: layerName(layer, numbers) }]
  })
}
