'use client'

import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

/** `stepped`: a value holds for its whole second. */
export type PlotSeries = uPlot.Series & { stepped?: true }
export type PlotOptions = Omit<uPlot.Options, 'width' | 'height' | 'series'> & { series: PlotSeries[] }

function withPaths(series: PlotSeries): uPlot.Series {
  const paths = series.stepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined
  return paths ? { ...series, paths } : series
}

export type PlotProps = {
  /** A new object makes a new plot: keep it while only the numbers change. */
  options: PlotOptions
  data: uPlot.AlignedData
}

/** uPlot in a box whose size it follows. A picture only: what it shows is said in words beside it. */
export function Plot({ options, data }: PlotProps) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(data)

  useEffect(() => {
    latest.current = data
    plot.current?.setData(data)
  }, [data])

  useEffect(() => {
    const parent = box.current
    if (!parent) return
    const size = () => ({ width: Math.max(1, parent.clientWidth), height: Math.max(1, parent.clientHeight) })
    const made = new uPlot({ ...options, series: options.series.map(withPaths), ...size() }, latest.current, parent)
    plot.current = made
    const watcher = new ResizeObserver(() => made.setSize(size()))
    watcher.observe(parent)
    return () => {
      watcher.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [options])

  return <div aria-hidden="true" className="absolute inset-0" ref={box} />
}
