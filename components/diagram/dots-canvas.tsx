'use client'

import { useEffect, useLayoutEffect, useRef } from 'react'
import { fitCanvas } from '#components/canvas/fit-canvas.ts'
import { useFrameLoop, useSampleLog } from '#lib/client/use-page.ts'
import { pictureAt } from '#lib/diagram/flight.ts'
import { Flights } from '#lib/diagram/flights.ts'
import { drawMark, type Scene } from './draw-marks.ts'
import { flyingSamples } from './flying-samples.ts'

export type DotsCanvasProps = {
  scene: Scene
  /** How many requests a plain dot stands for, whenever that changes. */
  onPerDot: (perDot: number) => void
}

/** The dots, on one canvas over the nodes. It draws only while something flies. */
export function DotsCanvas({ scene, onPerDot }: DotsCanvasProps) {
  const log = useSampleLog()
  const loop = useFrameLoop()
  const canvasRef = useRef<HTMLCanvasElement>(null)
  const latest = useRef({ scene, onPerDot })
  useLayoutEffect(() => {
    latest.current = { scene, onPerDot }
    loop.wake()
  }, [scene, onPerDot, loop])

  useEffect(() => {
    const flights = new Flights()
    // What ended before this canvas was there is history.
    let nextSeq = log.nextSeq
    let resets = log.resets
    let perDot = 1
    const draw = (nowMs: number): boolean => {
      const canvas = canvasRef.current
      if (!canvas) return false
      if (resets !== log.resets) {
        resets = log.resets
        nextSeq = 0
        flights.restart()
      }
      if (log.nextSeq > nextSeq) flights.depart(flyingSamples(log, nextSeq), nowMs)
      else flights.advance(nowMs)
      nextSeq = log.nextSeq
      const { scene, onPerDot } = latest.current
      const ink = fitCanvas(canvas, scene.layout.width, scene.layout.height)
      if (ink) for (const mark of pictureAt(flights.flights, nowMs)) drawMark(ink, mark, scene)
      if (flights.perDot !== perDot) {
        perDot = flights.perDot
        onPerDot(perDot)
      }
      return !flights.isQuiet
    }
    const leave = loop.add(draw)
    const stop = log.subscribe(() => loop.wake(draw))
    return () => {
      stop()
      leave()
    }
  }, [log, loop])

  return <canvas className="pointer-events-none absolute inset-0 size-full" data-testid="dots" ref={canvasRef} />
}
