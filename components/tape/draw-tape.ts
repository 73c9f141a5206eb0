import { MONO } from '#components/canvas/fonts.ts'
import { mergeMarks } from '#components/canvas/merge-marks.ts'
import { groupDigits } from '#components/ui/figures.ts'
import { drawCells } from './draw-cells.ts'
import { BOTTOM } from './tape-lanes.ts'
import { CELLS_LEFT, columnX, type Ink, type TapeScene } from './tape-scene.ts'

const LEAST_LABEL_STEP = 12
/** Thinner lanes have a line only where they have a label: more would be a grey area. */
const LEAST_LINED = 6
/** Marks closer than this, CSS pixels, lie on one another. */
const CLOSE = 28
/** Between the first and the last number. */
const BETWEEN = 10

/** The whole tape. The canvas is clear and draws in CSS pixels. */
export function drawTape(ink: Ink, scene: TapeScene): void {
  ink.font = `12px ${MONO}`
  ink.textBaseline = 'middle'
  drawLanes(ink, scene)
  drawFrame(ink, scene, scene.pointed, 1)
  drawCells(ink, scene)
  drawFrame(ink, scene, scene.chosen, 2)
  drawFoot(ink, scene)
}

function drawLanes(ink: Ink, { lanes, width, colours }: TapeScene): void {
  const step = Math.max(1, Math.ceil(LEAST_LABEL_STEP / (lanes[0]?.height ?? LEAST_LABEL_STEP)))
  for (const [index, { backend, label, top, height }] of lanes.entries()) {
    const y = top + height / 2
    const isLast = index === lanes.length - 1
    const isNamed = isLast || (index % step === 0 && index + step <= lanes.length)
    if (isNamed) {
      ink.fillStyle = colours.muted
      ink.fillText(label, 0, y)
    }
    if (!isNamed && height < LEAST_LINED) continue
    ink.strokeStyle = colours.line
    ink.lineWidth = 1
    ink.setLineDash(backend === null ? [2, 4] : [])
    ink.beginPath()
    ink.moveTo(CELLS_LEFT, Math.round(y) + 0.5)
    ink.lineTo(width, Math.round(y) + 0.5)
    ink.stroke()
  }
  ink.setLineDash([])
}

/** A frame round a column, over all lanes. */
function drawFrame(ink: Ink, scene: TapeScene, column: number | null, lineWidth: number): void {
  const { view, colours, height } = scene
  if (column === null || column < view.from || column >= view.to) return
  const x = columnX(column, scene)
  ink.strokeStyle = colours.text
  ink.lineWidth = lineWidth
  ink.beginPath()
  ink.roundRect(x - 1 - lineWidth / 2, 2 + lineWidth / 2, view.cellWidth + lineWidth, height - BOTTOM - 4, lineWidth)
  ink.stroke()
}

/** The first and the last number on the screen, and a line at each action. */
function drawFoot(ink: Ink, scene: TapeScene): void {
  const { columns, view, firstSeq, nextSeq, width, height, colours } = scene
  if (nextSeq === firstSeq) return
  const first = `#${groupDigits(Math.max(firstSeq, view.from * columns.perColumn))}`
  const last = `#${groupDigits(Math.min(nextSeq, view.to * columns.perColumn) - 1)}`
  const end = Math.min(columnX(view.to, scene), width)
  drawMarks(ink, scene)
  const texts = [
    ...chosenText(ink, scene),
    { text: first, from: CELLS_LEFT, ink: colours.muted },
    { text: last, from: end - ink.measureText(last).width, ink: colours.muted },
  ]
  let used: { from: number; to: number }[] = []
  for (const one of texts) {
    const to = one.from + ink.measureText(one.text).width
    if (used.some((other) => one.from < other.to + BETWEEN && to + BETWEEN > other.from)) continue
    ink.fillStyle = one.ink
    ink.fillText(one.text, one.from, height - 9)
    used = [...used, { from: one.from, to }]
  }
}

/** The number of the request that is selected, under its column. */
function chosenText(ink: Ink, scene: TapeScene): { text: string; from: number; ink: string }[] {
  const { chosen, chosenSeq, view, colours, width } = scene
  if (chosen === null || chosenSeq === null || chosen < view.from || chosen >= view.to) return []
  const text = `#${groupDigits(chosenSeq)}`
  const wide = ink.measureText(text).width
  const middle = columnX(chosen, scene) + view.cellWidth / 2
  return [{ text, from: Math.min(Math.max(CELLS_LEFT, middle - wide / 2), width - wide), ink: colours.text }]
}

/** Dashed lines down to the band, where their names stand. */
function drawMarks(ink: Ink, scene: TapeScene): void {
  const { marks, columns, view, colours, height } = scene
  const inColumns = marks.map((mark) => ({ ...mark, at: Math.floor(mark.seq / columns.perColumn) }))
  const shown = inColumns.filter(({ at }) => at >= view.from && at <= view.to)
  for (const { at, until } of mergeMarks(shown, CLOSE / view.cellWidth)) {
    const x = Math.round(columnX(at, scene)) + 0.5
    ink.strokeStyle = colours.text
    ink.lineWidth = 1
    ink.fillStyle = colours.text
    ink.globalAlpha = 0.08
    ink.fillRect(x, 0, columnX(until, scene) - columnX(at, scene), height - BOTTOM)
    ink.globalAlpha = 0.6
    ink.setLineDash([3, 3])
    ink.beginPath()
    ink.moveTo(x, 0)
    ink.lineTo(x, height)
    ink.stroke()
    ink.setLineDash([])
    ink.globalAlpha = 1
  }
}
