import type { Colours } from '#components/canvas/colours.ts'
import { MONO } from '#components/canvas/fonts.ts'
import { groupDigits } from '#components/ui/figures.ts'
import { HUES } from '#lib/client/hues.ts'
import { type Point, pointAlong } from '#lib/diagram/edge-path.ts'
import type { Mark } from '#lib/diagram/flight.ts'
import type { DiagramLayout } from '#lib/diagram/layout.ts'
import type { BackendKey } from '#lib/protocol/model.ts'

export type Scene = {
  layout: DiagramLayout
  colours: Colours
  numbers: ReadonlyMap<BackendKey, number>
}

/** A dot does not vanish under the node it flies to: it arrives at its border. */
const AT_BORDER = 0.97
const RADIUS = 5
const CROSS = 5.5

function placeOf({ on, t }: Mark, { layout }: Scene): Point | null {
  if (on === 'approach') return pointAlong(layout.approach, t)
  if (on === 'door') {
    const { x, y, width, height } = layout.door
    return layout.direction === 'across' ? { x: x - 2, y: y + height / 2 } : { x: x + width / 2, y: y - 2 }
  }
  const placed = layout.backends.find(({ backend }) => backend === on.backend)
  return placed ? pointAlong(placed.path, t * (layout.trunk ? 1 : AT_BORDER)) : null
}

/** Draws one mark of a flight; one whose backend is not in the picture any more is left out. */
export function drawMark(ink: CanvasRenderingContext2D, mark: Mark, scene: Scene): void {
  const place = placeOf(mark, scene)
  if (!place) return
  const { colours } = scene
  if (mark.shape === 'fade') ink.globalAlpha = 1 - mark.t
  if (mark.shape === 'cross') {
    drawCross(ink, place, colours.failed)
    if (mark.count > 1) drawCount(ink, place, mark.count, scene)
  } else if (mark.shape === 'dot') {
    const number = mark.hue === null ? 0 : (scene.numbers.get(mark.hue) ?? 0)
    drawDot(ink, place, number > 0 ? colours.backend(number) : colours.muted, number > HUES ? colours.panel : null)
  } else ring(ink, place, RADIUS, 2, colours.muted)
  if (mark.isRescued) ring(ink, place, RADIUS + 4, 1.5, colours.failed)
  ink.globalAlpha = 1
}

function drawDot(ink: CanvasRenderingContext2D, { x, y }: Point, colour: string, stripe: string | null): void {
  ink.fillStyle = colour
  ink.beginPath()
  ink.arc(x, y, RADIUS + 0.5, 0, 2 * Math.PI)
  ink.fill()
  if (stripe === null) return
  ink.strokeStyle = stripe
  ink.lineWidth = 1.5
  ink.beginPath()
  ink.moveTo(x - 3, y + 3)
  ink.lineTo(x + 3, y - 3)
  ink.stroke()
}

function ring(ink: CanvasRenderingContext2D, { x, y }: Point, radius: number, width: number, colour: string): void {
  ink.strokeStyle = colour
  ink.lineWidth = width
  ink.beginPath()
  ink.arc(x, y, radius, 0, 2 * Math.PI)
  ink.stroke()
}

/** How many a cross stands for, on the side where no edge runs. */
function drawCount(ink: CanvasRenderingContext2D, { x, y }: Point, count: number, { colours }: Scene): void {
  ink.font = `600 12px ${MONO}`
  ink.textAlign = 'right'
  ink.textBaseline = 'bottom'
  ink.fillStyle = colours.failed
  ink.fillText(groupDigits(count), x - CROSS - 2, y - CROSS + 2)
}

function drawCross(ink: CanvasRenderingContext2D, { x, y }: Point, colour: string): void {
  ink.strokeStyle = colour
  ink.lineWidth = 2.5
  ink.beginPath()
  ink.moveTo(x - CROSS, y - CROSS)
  ink.lineTo(x + CROSS, y + CROSS)
  ink.moveTo(x + CROSS, y - CROSS)
  ink.lineTo(x - CROSS, y + CROSS)
  ink.stroke()
}
