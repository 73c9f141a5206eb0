import type { Colours } from '#components/canvas/colours.ts'
import { MONO, SANS } from '#components/canvas/fonts.ts'
import { mergeMarks } from '#components/canvas/merge-marks.ts'
import type { Ink } from '#components/tape/tape-scene.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import type { BandEvent, BandStretch } from './band-events.ts'
import { placeInside, placeLabels } from './place-labels.ts'

/** Rows of the band, CSS pixels from its top. */
export const BAND = { labels: 9, bars: { top: 19, height: 16 }, outages: { top: 37, height: 4 }, ruler: 51, height: 60 }
/** Events of one kind closer than this have one text. */
const CLOSE = 28
const TEXT_INSET = 8

export type BandScene = {
  width: number
  /** Where the tape's cells begin and end. */
  left: number
  right: number
  events: readonly (BandEvent & { x: number })[]
  stretches: readonly (BandStretch & { from: number; to: number })[]
  outages: readonly { backend: BackendKey; from: number; to: number }[]
  ticks: readonly { x: number; text: string }[]
  /** The event or stretch that is selected. */
  chosen: number | null
  colours: Colours
}

/** The whole band. The canvas is clear and draws in CSS pixels. */
export function drawBand(ink: Ink, scene: BandScene): void {
  ink.textBaseline = 'middle'
  drawName(ink, scene)
  drawStretches(ink, scene)
  drawOutages(ink, scene)
  drawEvents(ink, scene)
  drawRuler(ink, scene)
}

function drawName(ink: Ink, { colours, left, width }: BandScene): void {
  ink.font = `12px ${MONO}`
  ink.fillStyle = colours.muted
  ink.fillText('events', 0, BAND.bars.top + BAND.bars.height / 2)
  ink.fillStyle = colours.line
  ink.fillRect(left, BAND.bars.top + BAND.bars.height / 2, width - left, 1)
}

function drawStretches(ink: Ink, { stretches, events, colours, left, right, chosen }: BandScene): void {
  const { top, height } = BAND.bars
  ink.font = `11px ${SANS}`
  for (const { id, from, to, label } of stretches) {
    const x = Math.max(from, left)
    const width = Math.min(to, right) - x
    if (width <= 1) continue
    ink.fillStyle = colours.raise
    ink.strokeStyle = id === chosen ? colours.text : colours.edge
    ink.lineWidth = id === chosen ? 2 : 1
    ink.beginPath()
    ink.roundRect(x + 0.5, top + 0.5, width - 1, height - 1, 2)
    ink.fill()
    ink.stroke()
    const room = placeInside(ink.measureText(label).width, [x, ...events.map((one) => one.x), x + width], TEXT_INSET)
    if (room === null) continue
    ink.fillStyle = colours.text
    ink.fillText(label, room, top + height / 2 + 0.5)
  }
}

/** A backend that is down: a dashed line in the text's colour. Red is for requests that failed. */
function drawOutages(ink: Ink, { outages, colours, left, right }: BandScene): void {
  const y = BAND.outages.top + BAND.outages.height / 2
  ink.strokeStyle = colours.text
  ink.lineWidth = 2
  ink.setLineDash([4, 3])
  for (const { from, to } of outages) {
    if (to <= left || from >= right) continue
    ink.beginPath()
    ink.moveTo(Math.max(from, left), y)
    ink.lineTo(Math.min(to, right), y)
    ink.stroke()
  }
  ink.setLineDash([])
}

/** A line for each event on the screen; texts of what somebody did first, so that they find room. */
function drawEvents(ink: Ink, { events, colours, left, right, width, chosen }: BandScene): void {
  const shown = events.filter(({ x }) => x >= left - 1 && x <= right + 1)
  const bottom = BAND.bars.top + BAND.bars.height + 2
  for (const { id, x } of shown) {
    ink.fillStyle = colours.text
    const thick = id === chosen ? 3 : 1
    ink.fillRect(Math.round(x) - (thick - 1) / 2, 1, thick, bottom)
  }
  const marks = (isOurs: boolean) =>
    mergeMarks(
      shown.filter((one) => one.isOurs === isOurs).map(({ x, kind, label }) => ({ at: x, kind, label })),
      CLOSE,
    ).map(({ at, label }) => ({ x: at, label, font: `${isOurs ? '600 ' : ''}12px ${SANS}` }))
  const labels = [...marks(true), ...marks(false)].map((mark) => {
    ink.font = mark.font
    return { ...mark, width: ink.measureText(mark.label).width }
  })
  const places = placeLabels(
    labels,
    shown.map(({ x }) => x),
    left - CLOSE,
    width,
  )
  for (const [index, { label, font }] of labels.entries()) {
    const place = places[index]
    if (place === null || place === undefined) continue
    ink.font = font
    ink.fillStyle = colours.text
    ink.fillText(label, place, BAND.labels)
  }
}

function drawRuler(ink: Ink, { ticks, colours, width }: BandScene): void {
  ink.font = `11px ${MONO}`
  ink.fillStyle = colours.muted
  let free = 0
  for (const { x, text } of ticks) {
    const wide = ink.measureText(text).width
    const from = Math.min(x, width - wide)
    if (from < free) continue
    ink.fillText(text, from, BAND.ruler)
    free = from + wide + TEXT_INSET * 2
  }
}
