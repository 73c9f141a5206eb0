'use client'

import { useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import { useBackendNumbers } from '#components/backends/numbers.ts'
import { useColours } from '#components/canvas/colours.ts'
import { fitCanvas } from '#components/canvas/fit-canvas.ts'
import { useBoxSize } from '#components/canvas/use-box-size.ts'
import { selectedEvent } from '#components/selection/use-selection.ts'
import type { AxisSource } from '#components/tape/tape-axis.ts'
import { useFrameLoop, usePage, useSampleLog } from '#lib/client/use-page.ts'
import { BandButtons } from './band-buttons.tsx'
import { bandOf } from './band-events.ts'
import { placedBand } from './band-places.ts'
import { BAND, drawBand } from './draw-band.ts'

/** Under the tape and on its axis: everything that happened. A cross on the tape and its event stand above each other. */
export function Band({ axis }: { axis: AxisSource }) {
  const box = useRef<HTMLDivElement>(null)
  const canvasRef = useRef<HTMLCanvasElement>(null)
  const buttons = useRef(new Map<number, HTMLElement>())
  const size = useBoxSize(box)
  const log = useSampleLog()
  const loop = useFrameLoop()
  const colours = useColours()
  const numbers = useBackendNumbers()
  const burst = usePage((state) => state.shown.burst)
  const actions = usePage((state) => state.shown.actions)
  const generations = usePage((state) => state.shown.generations)
  const chosen = usePage(selectedEvent)
  const facts = useMemo(() => bandOf({ burst, actions, generations }, numbers), [burst, actions, generations, numbers])
  const latest = useRef({ size, colours, facts, chosen, isRunning: false })
  useLayoutEffect(() => {
    latest.current = { size, colours, facts, chosen, isRunning: burst?.status === 'running' }
    loop.wake()
  })

  useEffect(() => {
    const draw = (): boolean => {
      const { size, colours, facts, chosen, isRunning } = latest.current
      const canvas = canvasRef.current
      const at = axis.get()
      if (!canvas || !size || !colours || !at) return false
      const ink = fitCanvas(canvas, size.width, BAND.height)
      if (!ink) return false
      const places = placedBand(facts, log, at, { width: size.width, isRunning })
      drawBand(ink, { ...places, width: size.width, chosen, colours })
      for (const { id, from, to } of places.targets) {
        const button = buttons.current.get(id)
        if (!button) continue
        button.style.transform = `translateX(${from}px)`
        button.style.width = `${to - from}px`
      }
      return false
    }
    const leave = loop.add(draw)
    const stops = [axis.subscribe(() => loop.wake(draw)), log.subscribe(() => loop.wake(draw))]
    return () => {
      for (const stop of stops) stop()
      leave()
    }
  }, [axis, log, loop])

  return (
    <div className="relative mt-1 shrink-0 border-line border-t pt-1" data-testid="band">
      <div className="relative" ref={box}>
        <canvas
          className="block"
          height={BAND.height}
          ref={canvasRef}
          style={{ width: size?.width ?? 1, height: BAND.height }}
          width={size?.width ?? 1}
        />
        <BandButtons chosen={chosen} elements={buttons} facts={facts} numbers={numbers} />
      </div>
    </div>
  )
}
