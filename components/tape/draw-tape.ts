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

/** The whole tape. The canvas is clear and draws in CSS pixels. */
export function drawTape(ink: Ink, scene: TapeScene): void {
  ink.font = `12px ${MONO}`
  ink.textBaseline = 'middle'
  drawLanes(ink, scene)
  drawPointed(ink, scene)
  drawCells(ink, scene)
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

function drawPointed(ink: Ink, scene: TapeScene): void {
  const { pointed, view, colours, height } = scene
  if (pointed === null || pointed < view.from || pointed >= view.to) return
  const x = columnX(pointed, scene)
  ink.strokeStyle = colours.text
  ink.lineWidth = 1
  ink.strokeRect(x - 1.5, 2.5, view.cellWidth + 1, height - BOTTOM - 4)
}

/** The first number on the screen, actions with their names, and the last number where these leave it room. */
function drawFoot(ink: Ink, scene: TapeScene): void {
  const { columns, view, firstSeq, nextSeq, width } = scene
  if (nextSeq === firstSeq) return
  const first = `#${groupDigits(Math.max(firstSeq, view.from * columns.perColumn))}`
  const last = `#${groupDigits(Math.min(nextSeq, view.to * columns.perColumn) - 1)}`
  const used: Span[] = []
  writeAt(ink, scene, first, [CELLS_LEFT], used)
  drawMarks(ink, scene, used)
  const end = Math.min(columnX(view.to, scene), width)
  writeAt(ink, scene, last, [end - ink.measureText(last).width], used)
}

function drawMarks(ink: Ink, scene: TapeScene, used: Span[]): void {
  const { marks, columns, view, colours, height } = scene
  const inColumns = marks.map((mark) => ({ ...mark, at: Math.floor(mark.seq / columns.perColumn) }))
  const shown = inColumns.filter(({ at }) => at >= view.from && at <= view.to)
  for (const { at, until, label } of mergeMarks(shown, CLOSE / view.cellWidth)) {
    const x = Math.round(columnX(at, scene)) + 0.5
    ink.strokeStyle = colours.text
    ink.fillStyle = colours.text
    ink.globalAlpha = 0.08
    ink.fillRect(x, 0, columnX(until, scene) - columnX(at, scene), height - BOTTOM)
    ink.globalAlpha = 0.6
    ink.setLineDash([3, 3])
    ink.beginPath()
    ink.moveTo(x, 0)
    ink.lineTo(x, height - BOTTOM + 6)
    ink.stroke()
    ink.setLineDash([])
    ink.globalAlpha = 1
    const afterFirst = Math.max(x + 6, (used[0]?.to ?? 0) + BETWEEN)
    writeAt(ink, scene, label, [x + 6, afterFirst, x - 6 - ink.measureText(label).width], used)
  }
}

type Span = { from: number; to: number }
const BETWEEN = 10

/** At the first place of these where it touches nothing that is written already, if there is one. */
function writeAt(ink: Ink, { colours, height, width }: TapeScene, text: string, places: number[], used: Span[]): void {
  const wide = ink.measureText(text).width
  const isFree = (from: number) =>
    from >= CELLS_LEFT &&
    from + wide <= width &&
    used.every((one) => from + wide + BETWEEN <= one.from || from >= one.to + BETWEEN)
  const from = places.find(isFree)
  if (from === undefined) return
  ink.fillStyle = colours.muted
  ink.fillText(text, from, height - 9)
  used.push({ from, to: from + wide })
}
