import type uPlot from 'uplot'
import { type Colours, stripes } from '#components/canvas/colours.ts'
import { MONO, SANS } from '#components/canvas/fonts.ts'
import type { MarkGroup } from '#components/canvas/merge-marks.ts'

/** Whole pixels: uPlot scales the digits before `px` for dense screens, and of 11.5px it would take the 5. */
export const FONT_PX = 12
const FONT = (ratio: number, family: 'mono' | 'sans') => `${FONT_PX * ratio}px ${family === 'mono' ? MONO : SANS}`
export const AXIS_FONT = FONT(1, 'mono')

const ratioOf = (plot: uPlot): number => plot.ctx.canvas.width / Math.max(1, plot.width)

/** A dashed line and a label for each action, a faint band where several lie together; a label that would lie on the one before is left out. */
export function drawMarks(plot: uPlot, marks: readonly MarkGroup[], colours: Colours): void {
  const { ctx, bbox } = plot
  const ratio = ratioOf(plot)
  ctx.save()
  ctx.font = FONT(ratio, 'sans')
  ctx.textAlign = 'left'
  ctx.textBaseline = 'top'
  ctx.lineWidth = ratio
  ctx.setLineDash([3 * ratio, 3 * ratio])
  let freeFrom = Number.NEGATIVE_INFINITY
  for (const mark of marks) {
    const x = plot.valToPos(mark.at, 'x', true)
    const width = ctx.measureText(mark.label).width
    const after = x + 5 * ratio
    const left = after + width > bbox.left + bbox.width ? x - 5 * ratio - width : after
    const isLabelled = left >= freeFrom
    if (mark.until > mark.at) {
      ctx.globalAlpha = 0.08
      ctx.fillStyle = colours.text
      ctx.fillRect(x, bbox.top, plot.valToPos(mark.until, 'x', true) - x, bbox.height)
    }
    ctx.globalAlpha = 0.6
    ctx.strokeStyle = colours.text
    ctx.beginPath()
    ctx.moveTo(x, bbox.top - (isLabelled ? 14 * ratio : 0))
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    if (!isLabelled) continue
    ctx.globalAlpha = 1
    ctx.fillStyle = colours.muted
    ctx.fillText(mark.label, left, bbox.top - 15 * ratio)
    freeFrom = left + width + 8 * ratio
  }
  ctx.restore()
}

/** A faint hatching over whole seconds of which not everything is known. */
export function drawHatched(plot: uPlot, seconds: readonly number[], colours: Colours): void {
  if (seconds.length === 0) return
  const { ctx, bbox } = plot
  ctx.save()
  ctx.globalAlpha = 0.35
  ctx.fillStyle = stripes(colours.line, colours.panel, ratioOf(plot))
  for (const second of seconds) {
    const [left, right] = [second, second + 1].map((at) => plot.valToPos(at, 'x', true))
    if (left !== undefined && right !== undefined) ctx.fillRect(left, bbox.top, right - left, bbox.height)
  }
  ctx.restore()
}

export type EdgeLabel = { value: number; text: string }

/** Names at the right edge, at the height of what they name; pushed apart where they would touch, left out where there is no room. */
export function drawEdgeLabels(plot: uPlot, labels: readonly EdgeLabel[], colours: Colours): void {
  const { ctx, bbox } = plot
  const ratio = ratioOf(plot)
  const gap = FONT_PX * 1.15 * ratio
  const wanted = labels
    .map((label) => ({ ...label, y: plot.valToPos(label.value, 'y', true) }))
    .sort((a, b) => a.y - b.y)
  const room = Math.floor((bbox.height + gap) / gap)
  const every = Math.ceil(wanted.length / Math.max(1, room))
  const kept = wanted.filter((_, index) => index % every === 0)
  const places: number[] = []
  for (const { y } of kept) places.push(Math.max(y, (places.at(-1) ?? Number.NEGATIVE_INFINITY) + gap))
  let ceiling = bbox.top + bbox.height
  for (let index = places.length - 1; index >= 0; index--) {
    places[index] = Math.min(places[index] ?? 0, ceiling)
    ceiling = (places[index] ?? 0) - gap
  }
  ctx.save()
  ctx.font = FONT(ratio, 'mono')
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  ctx.fillStyle = colours.muted
  kept.forEach((label, index) => {
    ctx.fillText(label.text, bbox.left + bbox.width + 6 * ratio, places[index] ?? 0)
  })
  ctx.restore()
}
