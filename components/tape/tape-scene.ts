import { type Colours, stripes } from '#components/canvas/colours.ts'
import { HUES } from '#lib/client/hues.ts'
import type { TapeColumns } from '#lib/diagram/tape-columns.ts'
import type { TapeView } from '#lib/diagram/tape-view.ts'
import type { TapeMark } from './tape-feed.ts'
import { LABEL_WIDTH, type Lane } from './tape-lanes.ts'

export type TapeScene = {
  width: number
  height: number
  lanes: readonly Lane[]
  columns: TapeColumns
  view: TapeView
  colours: Colours
  marks: readonly TapeMark[]
  firstSeq: number
  nextSeq: number
  /** The column under the pointer. */
  pointed: number | null
  /** The column of the request that is selected. */
  chosen: number | null
  chosenSeq: number | null
}

export type Ink = CanvasRenderingContext2D
/** Where the first column begins. */
export const CELLS_LEFT = LABEL_WIDTH

export const columnX = (column: number, { view }: Pick<TapeScene, 'view'>): number =>
  CELLS_LEFT + (column - view.from) * view.cellWidth

const striped = new WeakMap<Colours, Map<number, string | CanvasPattern>>()

/** In a thinner lane, CSS pixels, stripes are not to be told from a colour, and cost more than it. */
const STRIPED_FROM = 5

/** A lane's colour, striped from the ninth hue on. Patterns are made once a theme, not once a frame. */
export function laneFill({ number, height }: Lane, colours: Colours): string | CanvasPattern {
  if (number === 0) return colours.muted
  if (number <= HUES || height < STRIPED_FROM) return colours.backend(number)
  const known = striped.get(colours) ?? new Map<number, string | CanvasPattern>()
  striped.set(colours, known)
  const fill = known.get(number) ?? stripes(colours.backend(number), colours.panel, 1)
  known.set(number, fill)
  return fill
}
