import type { TapeColumn } from '#lib/diagram/tape-columns.ts'
import type { Lane } from './tape-lanes.ts'
import { CELLS_LEFT, columnX, type Ink, laneFill, type TapeScene } from './tape-scene.ts'

const GAP = 1.6
const LEAST_WIDTH = 2
const LEAST_HEIGHT = 3
const CROSS = 4
/** Round corners of narrower cells nobody sees, but they cost most of the drawing. */
const ROUNDED_FROM = 5

const innerHeight = ({ height }: Lane): number => Math.max(LEAST_HEIGHT, height - Math.min(8, height * 0.2))

/** Cells or columns lane by lane, so that a colour is set once a lane; then what went wrong, over them. */
export function drawCells(ink: Ink, scene: TapeScene): void {
  const { lanes, columns, view, colours } = scene
  ink.save()
  ink.beginPath()
  ink.rect(CELLS_LEFT - 6, 0, scene.width - CELLS_LEFT + 6, scene.height)
  ink.clip()
  const shown = columnsOnScreen(scene)
  const fullest = columns.perColumn === 1 ? 1 : fullestOf(shown)
  const width = Math.max(LEAST_WIDTH, view.cellWidth - GAP)
  const places = new Map(columns.backends.map((backend, place) => [backend, place]))
  const placeOf = (lane: Lane) => (lane.backend === null ? undefined : places.get(lane.backend))
  for (const lane of lanes) {
    const place = placeOf(lane)
    ink.fillStyle = lane.backend === null ? colours.failed : laneFill(lane, colours)
    shown.forEach(({ column, x }) => {
      const got = lane.backend === null ? column.failed : place === undefined ? 0 : (column.answered[place] ?? 0)
      if (got > 0) bar(ink, x, width, lane, got / fullest, columns.perColumn > 1)
    })
  }
  drawCancelled(ink, scene, shown, width)
  ink.strokeStyle = colours.failed
  for (const lane of lanes) {
    const place = placeOf(lane)
    shown.forEach(({ column, x }) => {
      const centre = x + width / 2
      if (lane.backend === null) return
      if (place === undefined) return
      if ((column.errors[place] ?? 0) > 0) cross(ink, centre, lane)
      if ((column.broken[place] ?? 0) === 0) return
      cross(ink, centre, lane)
      if (columns.perColumn === 1) rescueLine(ink, centre, lane, endLane(scene, column, placeOf))
    })
  }
  ink.restore()
}

type Shown = { column: TapeColumn; x: number }

function columnsOnScreen(scene: TapeScene): Shown[] {
  const shown: Shown[] = []
  for (let index = scene.view.from; index < scene.view.to; index++) {
    const column = scene.columns.column(index)
    if (column) shown.push({ column, x: columnX(index, scene) })
  }
  return shown
}

/** The most that one lane has in one column: full height. */
const fullestOf = (shown: readonly Shown[]): number =>
  shown.reduce((most, { column }) => {
    const fullest = column.answered.reduce<number>((high, got) => Math.max(high, got ?? 0), column.failed)
    return Math.max(most, fullest)
  }, 1)

/** A cell fills its lane; a column stands on the lane's foot and is as high as its share of the fullest. */
function bar(ink: Ink, x: number, width: number, lane: Lane, part: number, isColumn: boolean): void {
  const inner = innerHeight(lane)
  const height = isColumn ? Math.max(LEAST_HEIGHT, inner * part) : inner
  const y = lane.top + (lane.height + inner) / 2 - height
  if (width < ROUNDED_FROM) {
    ink.fillRect(x, y, width, height)
    return
  }
  ink.beginPath()
  ink.roundRect(x, y, width, height, 1.5)
  ink.fill()
}

/** Which lane the one request of a cell ended in. */
function endLane(
  { lanes }: TapeScene,
  column: TapeColumn,
  placeOf: (lane: Lane) => number | undefined,
): Lane | undefined {
  return lanes.find((lane) => {
    const place = placeOf(lane)
    return lane.backend === null ? column.failed > 0 : place !== undefined && (column.answered[place] ?? 0) > 0
  })
}

function rescueLine(ink: Ink, x: number, from: Lane, to: Lane | undefined): void {
  if (!to) return
  const isDown = to.top > from.top
  ink.lineWidth = 1
  ink.beginPath()
  ink.moveTo(x, from.top + from.height / 2 + (isDown ? CROSS + 2 : -CROSS - 2))
  ink.lineTo(x, isDown ? to.top + (to.height - innerHeight(to)) / 2 : to.top + (to.height + innerHeight(to)) / 2)
  ink.stroke()
}

function cross(ink: Ink, x: number, lane: Lane): void {
  const y = lane.top + lane.height / 2
  const arm = Math.min(CROSS, Math.max(1.5, lane.height / 2 - 1))
  ink.lineWidth = 2
  ink.beginPath()
  ink.moveTo(x - arm, y - arm)
  ink.lineTo(x + arm, y + arm)
  ink.moveTo(x + arm, y - arm)
  ink.lineTo(x - arm, y + arm)
  ink.stroke()
}

/** Cancelled ones are no failure: an empty cell in nobody's lane. */
function drawCancelled(ink: Ink, scene: TapeScene, shown: readonly Shown[], width: number): void {
  const nobody = scene.lanes.at(-1)
  if (!nobody) return
  const inner = innerHeight(nobody)
  ink.strokeStyle = scene.colours.muted
  ink.lineWidth = 1
  for (const { column, x } of shown)
    if (column.cancelled > 0)
      ink.strokeRect(x + 0.5, nobody.top + (nobody.height - inner) / 2 + 0.5, Math.max(1, width - 1), inner - 1)
}
