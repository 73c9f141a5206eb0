import uPlot from 'uplot'

/** A stepped area down to zero: a value holds for its whole second. A thin line of the panel's colour parts it from the next. */
export function stepSeries(fill: CanvasPattern | string, edge: string): uPlot.Series {
  const paths = uPlot.paths.stepped?.({ align: 1 })
  return { fill: () => fill, stroke: edge, width: 1, points: { show: false }, ...(paths && { paths }) }
}
