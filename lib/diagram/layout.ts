import type { BackendKey } from '#lib/protocol/model.ts'
import { type Box, chipGrid, stack } from './arrange.ts'
import { bend, line, type Path, type Point } from './edge-path.ts'

export type Look = 'cards' | 'lines' | 'chips'

export type PlacedBackend = {
  backend: BackendKey
  box: Box
  /** From the front door to it: what a dot flies along. */
  path: Path
}

export type DiagramLayout = {
  width: number
  height: number
  direction: 'across' | 'down'
  look: Look
  you: Box
  door: Box
  approach: Path
  /** The one edge that is drawn for all chips; null where each backend has an edge of its own. */
  trunk: Path | null
  backends: readonly PlacedBackend[]
}

/** Narrower than this it goes top-down. */
export const NARROW_BELOW = 560
export const CARDS_UP_TO = 6
export const LINES_UP_TO = 14
/** A card holds two rows of text, a line one. */
const CARD = { least: 44, most: 64, gap: 28 }
const LINE = { least: 17, most: 30, gap: 6 }
const EDGE = 10

const within = (least: number, value: number, most: number): number => Math.min(Math.max(least, value), most)

const lookFor = (count: number, height: number): Look => {
  if (count <= CARDS_UP_TO && (height - 2 * EDGE) / Math.max(1, count) >= CARD.least) return 'cards'
  return count <= LINES_UP_TO && (height - 2 * EDGE) / Math.max(1, count) >= LINE.least ? 'lines' : 'chips'
}

/** Where everything stands, in CSS pixels, for a box of this size. */
export function layoutDiagram(width: number, height: number, backends: readonly BackendKey[]): DiagramLayout {
  return width < NARROW_BELOW ? downward(width, height, backends) : across(width, height, backends)
}

const middleRight = (box: Box): Point => ({ x: box.x + box.width, y: box.y + box.height / 2 })
const middleLeft = (box: Box): Point => ({ x: box.x, y: box.y + box.height / 2 })
const middleTop = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y })
const middleBottom = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y + box.height })
const centre = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 })

function across(width: number, height: number, backends: readonly BackendKey[]): DiagramLayout {
  const look = lookFor(backends.length, height)
  const margin = within(12, width * 0.044, 48)
  const middle = height / 2
  const youWidth = within(84, width * 0.118, 128)
  const doorWidth = within(96, width * 0.122, 132)
  const listWidth = look === 'chips' ? width * 0.56 : within(200, width * 0.325, 350)
  const free = Math.max(0, width - 2 * margin - youWidth - doorWidth - listWidth)
  const you: Box = { x: margin, y: middle - 28, width: youWidth, height: 56 }
  const door: Box = { x: margin + youWidth + free * 0.52, y: middle - 36, width: doorWidth, height: 72 }
  const list: Box = { x: width - margin - listWidth, y: EDGE, width: listWidth, height: height - 2 * EDGE }
  const approach: Path = [line(middleRight(you), middleLeft(door))]
  const frame = { width, height, direction: 'across' as const, look, you, door, approach }
  if (look === 'chips') {
    const trunk: Path = [line(middleRight(door), { x: list.x - 8, y: middle })]
    return { ...frame, trunk, backends: onTrunk(chipGrid(list, backends.length), backends, trunk) }
  }
  const boxes = stack(list, backends.length, look === 'cards' ? CARD : LINE)
  return {
    ...frame,
    trunk: null,
    backends: placed(boxes, backends, (box) => [bend(middleRight(door), middleLeft(box), 'across')]),
  }
}

/** How high a top-down diagram of this many backends is: nothing scrolls sideways, so it grows downward. */
export function narrowHeight(width: number, count: number): number {
  const list = narrowList(width, Number.POSITIVE_INFINITY)
  const look = narrowLook(count)
  // With none there is a sentence and an offer instead.
  if (look === 'cards') return list.y + (count === 0 ? 2 : count) * (52 + 8) + EDGE
  if (look === 'lines') return list.y + count * (26 + 6) + EDGE
  const columns = Math.max(1, Math.floor((list.width + 4) / (76 + 4)))
  return list.y + Math.ceil(count / columns) * (44 + 4) + EDGE
}

const narrowLook = (count: number): Look => (count <= CARDS_UP_TO ? 'cards' : count <= LINES_UP_TO ? 'lines' : 'chips')

const NARROW_DOOR_BOTTOM = EDGE + 40 + 30 + 48
const RAIL = 18
const narrowList = (width: number, height: number): Box => ({
  x: EDGE + RAIL,
  y: NARROW_DOOR_BOTTOM + 26,
  width: width - 2 * EDGE - RAIL,
  height: height - NARROW_DOOR_BOTTOM - 26 - EDGE,
})

/** Backends stand under each other; edges run down a rail at their left. */
function downward(width: number, height: number, backends: readonly BackendKey[]): DiagramLayout {
  const look = narrowLook(backends.length)
  const you: Box = { x: width / 2 - 64, y: EDGE, width: 128, height: 40 }
  const door: Box = { x: width / 2 - 74, y: EDGE + 40 + 30, width: 148, height: 48 }
  const approach: Path = [line(middleBottom(you), middleTop(door))]
  const list = narrowList(width, height)
  const frame = { width, height, direction: 'down' as const, look, you, door, approach }
  if (look === 'chips') {
    const trunk: Path = [line(middleBottom(door), { x: width / 2, y: list.y - 6 })]
    return { ...frame, trunk, backends: onTrunk(chipGrid(list, backends.length, 44), backends, trunk) }
  }
  const sizes = look === 'cards' ? { least: 52, most: 52, gap: 8 } : { least: 26, most: 26, gap: 6 }
  const boxes = stack(list, backends.length, sizes, 'top')
  const rail: Point = { x: EDGE + 2, y: list.y }
  return {
    ...frame,
    trunk: null,
    backends: placed(boxes, backends, (box) => {
      const turn: Point = { x: rail.x, y: middleLeft(box).y - 8 }
      return [
        bend(middleBottom(door), rail, 'down'),
        line(rail, turn),
        { from: turn, c1: { x: rail.x, y: turn.y + 8 }, c2: { x: rail.x + 4, y: turn.y + 8 }, to: middleLeft(box) },
      ]
    }),
  }
}

const placed = (boxes: readonly Box[], backends: readonly BackendKey[], pathTo: (box: Box) => Path): PlacedBackend[] =>
  backends.flatMap((backend, index) => {
    const box = boxes[index]
    return box ? [{ backend, box, path: pathTo(box) }] : []
  })

const onTrunk = (boxes: readonly Box[], backends: readonly BackendKey[], trunk: Path): PlacedBackend[] =>
  placed(boxes, backends, (box) => {
    const hub = trunk.at(-1)?.to ?? centre(box)
    return [...trunk, line(hub, centre(box))]
  })
