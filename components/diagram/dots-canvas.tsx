'use client'

import { useEffect, useLayoutEffect, useRef } from 'react'
import { fitCanvas } from '#components/canvas/fit-canvas.ts'
import { useFrameLoop, useSampleLog } from '#lib/client/use-page.ts'
import { pictureAt } from '#lib/diagram/flight.ts'
import { Flights } from '#lib/diagram/flights.ts'
import { drawMark, type Scene } from './draw-marks.ts'
import { flyingSamples } from './flying-samples.ts'

export type DotsMeaning = { perDot: number; isMerging: boolean }

export type DotsCanvasProps = {
  scene: Scene
  /** How many requests a plain dot stands for, and whether others are drawn as one, whenever that changes. */
  onMeaning: (meaning: DotsMeaning) => void
}

/** The dots, on one canvas over the nodes. It draws only while something flies. */
export function DotsCanvas({ scene, onMeaning }: DotsCanvasProps) {
  const log = useSampleLog()
  const loop = useFrameLoop()
  const canvasRef = useRef<HTMLCanvasElement>(null)
  const latest = useRef({ scene, onMeaning })
  useLayoutEffect(() => {
    latest.current = { scene, onMeaning }
    loop.wake()
  }, [scene, onMeaning, loop])

  useEffect(() => {
    const flights = new Flights()
    // What ended before this canvas was there is history.
    let nextSeq = log.nextSeq
    let resets = log.resets
    let said: DotsMeaning = { perDot: 1, isMerging: false }
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
      const { scene, onMeaning } = latest.current
      const ink = fitCanvas(canvas, scene.layout.width, scene.layout.height)
      if (ink) for (const mark of pictureAt(flights.flights, nowMs)) drawMark(ink, mark, scene)
      const { perDot, isMerging } = flights
      if (perDot !== said.perDot || isMerging !== said.isMerging) {
        said = { perDot, isMerging }
        onMeaning(said)
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
