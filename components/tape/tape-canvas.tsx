'use client'

import { type KeyboardEvent, type MouseEvent, useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef } from 'react'
import type { BackendNumbers } from '#components/backends/numbers.ts'
import type { Colours } from '#components/canvas/colours.ts'
import { fitCanvas } from '#components/canvas/fit-canvas.ts'
import type { BoxSize } from '#components/canvas/use-box-size.ts'
import { useFrameLoop, useSampleLog } from '#lib/client/use-page.ts'
import { cursorAfter, viewOf } from '#lib/diagram/tape-view.ts'
import type { Action, BackendKey, Burst } from '#lib/protocol/model.ts'
import { drawTape } from './draw-tape.ts'
import type { AxisSource } from './tape-axis.ts'
import { marksOf, TapeFeed } from './tape-feed.ts'
import { lanesOf } from './tape-lanes.ts'
import { readoutAt } from './tape-readout.ts'
import { CELLS_LEFT } from './tape-scene.ts'

export type TapeCanvasProps = {
  size: BoxSize
  burst: Burst
  /** The run's backends, whether they answered or not. */
  members: readonly BackendKey[]
  actions: readonly Action[]
  numbers: BackendNumbers
  colours: Colours
  /** The request under the cursor, by its sequence number: it holds when columns become wider. Null: none. */
  cursor: number | null
  onCursor: (seq: number | null) => void
  axis: AxisSource
  onPerColumn: (perColumn: number) => void
  /** What stands under the cursor or the pointer, in words; empty for nothing. */
  onReadout: (text: string) => void
}

const RIGHT = 8
/** Columns of many requests change with every frame, which is more than the eye can use. */
const COLUMN_FRAME_MS = { least: 50, most: 250, perCell: 1 / 64 }

const columnFrameMs = (cells: number): number =>
  Math.min(COLUMN_FRAME_MS.most, Math.max(COLUMN_FRAME_MS.least, cells * COLUMN_FRAME_MS.perCell))

/** The picture, and stepping through it: by pointer, and by arrow keys as in a slider, whose words a screen reader says. */
export function TapeCanvas(props: TapeCanvasProps) {
  const { size, numbers, cursor, onCursor, axis, onReadout } = props
  const log = useSampleLog()
  const loop = useFrameLoop()
  const canvasRef = useRef<HTMLCanvasElement>(null)
  const feed = useMemo(() => new TapeFeed(log), [log])
  const pointed = useRef<number | null>(null)
  const view = useRef({ from: 0, to: 0, cellWidth: 1 })
  const latest = useRef(props)
  useLayoutEffect(() => {
    latest.current = props
    loop.wake()
  })

  useEffect(() => {
    let perColumn = 1
    let drawnMs = Number.NEGATIVE_INFINITY
    const draw = (nowMs: number): boolean => {
      const canvas = canvasRef.current
      if (!canvas) return false
      const cells = (view.current.to - view.current.from) * feed.columns.backends.length
      if (perColumn > 1 && nowMs - drawnMs < columnFrameMs(cells)) return true
      drawnMs = nowMs
      const { size, burst, members, actions, numbers, colours, onPerColumn, cursor } = latest.current
      const width = size.width - CELLS_LEFT - RIGHT
      feed.keepUp(width)
      const { columns } = feed
      if (columns.perColumn !== perColumn) {
        perColumn = columns.perColumn
        onPerColumn(perColumn)
      }
      const columnOf = (seq: number | null) => (seq === null ? null : Math.floor(seq / perColumn))
      view.current = viewOf({
        width,
        perColumn,
        firstSeq: log.firstSeq,
        nextSeq: log.nextSeq,
        expected: burst.request.requests ?? null,
        cursor: cursor === null ? null : columnOf(Math.max(cursor, log.firstSeq)),
        before: view.current.from,
      })
      feed.count(view.current.from, view.current.to)
      axis.set({ view: view.current, perColumn })
      const ink = fitCanvas(canvas, size.width, size.height)
      if (!ink) return false
      drawTape(ink, {
        ...size,
        columns,
        colours,
        view: view.current,
        lanes: lanesOf(size.height, members, columns.backends, numbers),
        marks: marksOf(log, actions, burst.id),
        firstSeq: log.firstSeq,
        nextSeq: log.nextSeq,
        pointed: columnOf(pointed.current),
        chosen: columnOf(cursor),
        chosenSeq: cursor,
      })
      return false
    }
    const leave = loop.add(draw)
    const stop = log.subscribe(() => loop.wake(draw))
    return () => {
      stop()
      leave()
    }
  }, [axis, feed, log, loop])

  const read = (seq: number | null) => (seq === null ? '' : readoutAt(log, feed.columns, seq, numbers))
  const sayCursor = useEffectEvent((seq: number | null) => onReadout(read(seq)))
  useEffect(() => sayCursor(cursor), [cursor])
  const point = (seq: number | null) => {
    if (pointed.current === seq) return
    pointed.current = seq
    onReadout(read(seq ?? cursor))
    loop.wake()
  }
  const seqUnder = (event: MouseEvent): number | null => {
    const { from, to, cellWidth } = view.current
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left
    const column = from + Math.floor((x - CELLS_LEFT) / cellWidth)
    return column < from || column >= to ? null : Math.max(log.firstSeq, column * feed.columns.perColumn)
  }
  const handleKey = (event: KeyboardEvent) => {
    const { perColumn } = feed.columns
    if (event.altKey || event.ctrlKey || event.metaKey || log.nextSeq === log.firstSeq) return
    const column = (seq: number) => Math.floor(seq / perColumn)
    const next = cursorAfter(
      event.key,
      cursor === null ? null : column(cursor),
      column(log.firstSeq),
      column(log.nextSeq - 1),
    )
    if (next === undefined) return
    event.preventDefault()
    const seq = next === null ? null : Math.max(log.firstSeq, next * perColumn)
    pointed.current = null
    onCursor(seq)
  }

  const newest = Math.max(log.firstSeq, log.nextSeq - 1)
  return (
    <div
      aria-label="Step through requests"
      aria-orientation="horizontal"
      aria-valuemax={newest}
      aria-valuemin={log.firstSeq}
      aria-valuenow={Math.min(Math.max(cursor ?? newest, log.firstSeq), newest)}
      aria-valuetext={cursor === null ? 'newest; arrow keys step back' : read(cursor)}
      className="absolute inset-0 cursor-pointer"
      onClick={(event) => onCursor(seqUnder(event))}
      onKeyDown={handleKey}
      onPointerLeave={() => point(null)}
      onPointerMove={(event) => point(seqUnder(event))}
      role="slider"
      tabIndex={0}
    >
      <canvas
        className="num block"
        data-testid="tape"
        height={size.height}
        ref={canvasRef}
        style={{ width: size.width, height: size.height }}
        width={size.width}
      />
    </div>
  )
}
