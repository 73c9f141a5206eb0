import { type Colours, stripes } from '#components/charts/colours.ts'
import { HUES } from '#lib/client/hues.ts'
import type { TapeColumns } from '#lib/diagram/tape-columns.ts'
import type { TapeView } from '#lib/diagram/tape-view.ts'
import { LABEL_WIDTH, type Lane } from './tape-lanes.ts'
import type { TapeMark } from './tape-marks.ts'

export type TapeScene = {
  width: number
  height: number
  lanes: readonly Lane[]
  columns: TapeColumns
  view: TapeView
  colours: Colours
  /** CSS family of numbers. */
  font: string
  marks: readonly TapeMark[]
  firstSeq: number
  nextSeq: number
  /** The column under the cursor or the pointer. */
  pointed: number | null
}

export type Ink = CanvasRenderingContext2D
/** Where the first column begins. */
export const CELLS_LEFT = LABEL_WIDTH

export const columnX = (column: number, { view }: Pick<TapeScene, 'view'>): number =>
  CELLS_LEFT + (column - view.from) * view.cellWidth

/** A lane's colour, striped from the ninth hue on. */
export function laneFill(lane: Lane, colours: Colours): string | CanvasPattern {
  if (lane.number === 0) return colours.muted
  const colour = colours.backend(lane.number)
  return lane.number > HUES ? stripes(colour, colours.panel, 1) : colour
}
