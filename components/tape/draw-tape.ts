import { drawCells } from './draw-cells.ts'
import { BOTTOM } from './tape-lanes.ts'
import { CELLS_LEFT, columnX, type Ink, type TapeScene } from './tape-scene.ts'

const LEAST_LABEL_STEP = 12

/** The whole tape. The canvas is clear and draws in CSS pixels. */
export function drawTape(ink: Ink, scene: TapeScene): void {
  ink.font = `12px ${scene.font}`
  ink.textBaseline = 'middle'
  drawLanes(ink, scene)
  drawPointed(ink, scene)
  drawCells(ink, scene)
  drawMarks(ink, scene)
  drawEnds(ink, scene)
}

function drawLanes(ink: Ink, { lanes, width, colours }: TapeScene): void {
  const step = Math.max(1, Math.ceil(LEAST_LABEL_STEP / (lanes[0]?.height ?? LEAST_LABEL_STEP)))
  for (const [index, { backend, label, top, height }] of lanes.entries()) {
    const y = top + height / 2
    const isLast = index === lanes.length - 1
    if (isLast || (index % step === 0 && index + step <= lanes.length)) {
      ink.fillStyle = colours.muted
      ink.fillText(label, 0, y)
    }
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

function drawMarks(ink: Ink, scene: TapeScene): void {
  const { marks, columns, view, colours, height, width } = scene
  let free = CELLS_LEFT + 44
  for (const { seq, label } of marks) {
    const column = Math.floor(seq / columns.perColumn)
    if (column < view.from || column > view.to) continue
    const x = Math.round(columnX(column, scene)) + 0.5
    ink.globalAlpha = 0.6
    ink.strokeStyle = colours.text
    ink.setLineDash([3, 3])
    ink.beginPath()
    ink.moveTo(x, 0)
    ink.lineTo(x, height - BOTTOM + 6)
    ink.stroke()
    ink.setLineDash([])
    ink.globalAlpha = 1
    const wide = ink.measureText(label).width
    if (x < free || x + 6 + wide > width) continue
    ink.fillStyle = colours.muted
    ink.fillText(label, x + 6, height - 9)
    free = x + 18 + wide
  }
}

/** The first and the last number on the screen. */
function drawEnds(ink: Ink, scene: TapeScene): void {
  const { columns, view, colours, height, width, firstSeq, nextSeq } = scene
  if (nextSeq === firstSeq) return
  const first = `#${Math.max(firstSeq, view.from * columns.perColumn)}`
  const last = `#${Math.min(nextSeq, view.to * columns.perColumn) - 1}`
  ink.fillStyle = colours.muted
  ink.fillText(first, CELLS_LEFT, height - 9)
  const wide = ink.measureText(last).width
  const end = Math.min(columnX(view.to, scene), width)
  if (end - wide > CELLS_LEFT + ink.measureText(first).width + 8) {
    ink.clearRect(end - wide - 4, height - 18, wide + 4, 18)
    ink.fillText(last, end - wide, height - 9)
  }
}
