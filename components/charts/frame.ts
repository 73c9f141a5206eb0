import type uPlot from 'uplot'
import type { Colours } from '#components/canvas/colours.ts'
import { timeLabels, timeSplits } from './chart-window.ts'
import { AXIS_FONT, FONT_PX } from './draw.ts'
import type { PlotOptions } from './plot.tsx'

export type FrameOf = {
  colours: Colours
  span: number
  running: boolean
  /** The top of the y axis, and its unit as the top label says it. */
  top: number
  unit: string
  /** Room at the right for names, CSS pixels. */
  right: number
  series: PlotOptions['series']
  draw: (plot: uPlot) => void
  /** Drawn before the series, under them. */
  under?: (plot: uPlot) => void
}

/** 20000 as `20k`: what fits beside an axis. */
const shortNumber = (value: number): string => (value >= 10_000 ? `${value / 1_000}k` : String(value))

const AXIS_GAP = 6
const LEAST_AXIS = 30

/** The room that the labels of an axis take, CSS pixels: no label is ever cut. */
function widthOf(plot: uPlot, labels: readonly string[] | null): number {
  if (!labels) return LEAST_AXIS
  plot.ctx.save()
  plot.ctx.font = AXIS_FONT
  const widths = labels.map((label) => plot.ctx.measureText(label).width)
  plot.ctx.restore()
  // A font that is not there yet is measured by another: no narrower than a monospaced one of this size.
  const least = Math.max(0, ...labels.map(({ length }) => length)) * FONT_PX * 0.6
  return Math.max(LEAST_AXIS, AXIS_GAP + Math.max(least, ...widths) + 2)
}

/** What both charts share: time in seconds before the right edge, a y axis from zero with its unit, no cursor, no legend. */
export function chartFrame({ colours, span, running, top, unit, right, series, draw, under }: FrameOf): PlotOptions {
  const axis = { stroke: colours.muted, font: AXIS_FONT, ticks: { show: false } } as const
  const middle = top / 2
  const levels = top >= 2 && Number.isInteger(middle) ? [0, middle, top] : [0, top]
  return {
    padding: [18, right, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    scales: { x: { time: false, range: [-span, 0] }, y: { range: [0, top] } },
    axes: [
      {
        ...axis,
        size: 25,
        gap: 8,
        grid: { show: false },
        border: { show: true, stroke: colours.line, width: 1 },
        splits: () => timeSplits(span),
        values: (_plot, splits) => timeLabels(splits, running),
      },
      {
        ...axis,
        size: widthOf,
        gap: AXIS_GAP,
        grid: { stroke: colours.line, width: 1 },
        splits: () => levels,
        values: (_plot, splits) => splits.map((split) => shortNumber(split) + (split === top ? unit : '')),
      },
    ],
    series: [{}, ...series],
    hooks: { draw: [draw], ...(under && { drawAxes: [under] }) },
  }
}
