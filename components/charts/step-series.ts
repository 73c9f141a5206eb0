import uPlot from 'uplot'

type StepLook = {
  fill: CanvasPattern | string
  /** Instead of a pattern, where there is no room for one. */
  plainFill: string
  /** The line that parts it from the next. */
  edge: string
  isThin: (plot: uPlot) => boolean
}

/**
 * A stepped area down to zero: a value holds for its whole second. A thin line of the panel's colour parts it from the next,
 * but not where the areas are hardly thicker than the line: it would be all that is seen.
 */
export function stepSeries({ fill, plainFill, edge, isThin }: StepLook): uPlot.Series {
  const paths = uPlot.paths.stepped?.({ align: 1 })
  return {
    fill: (plot) => (isThin(plot) ? plainFill : fill),
    stroke: (plot) => (isThin(plot) ? 'transparent' : edge),
    width: 1,
    points: { show: false },
    ...(paths && { paths }),
  }
}
