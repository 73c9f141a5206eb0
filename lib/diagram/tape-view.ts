import { niceAtLeast } from './flights.ts'

/** Faster than this nobody can follow single cells: a column stands for several requests. */
export const CELLS_PER_SECOND = 60
const CELL = { least: 3, most: 20 }
/** Columns have heights to be compared. */
const LEAST_COLUMN = 4
const SECOND_US = 1_000_000

export type PaceParts = {
  /** Samples so far. */
  samples: number
  /** How many cells stand on the screen at most. */
  fits: number
  /** Samples that ended in the last second. */
  lastSecond: number
  /** How long the burst has been going. */
  elapsedUs: number
  /** What it was before: it only grows within a burst, so that what was drawn stays comparable. */
  before: number
}

/**
 * How many requests a column stands for. A rate is one only when it lasts: in its first second, and in a burst shorter than
 * that, requests are drawn one by one as long as they find room.
 */
export function requestsPerColumn({ samples, fits, lastSecond, elapsedUs, before }: PaceParts): number {
  const wanted =
    elapsedUs >= SECOND_US
      ? lastSecond > CELLS_PER_SECOND
        ? niceAtLeast(lastSecond / CELLS_PER_SECOND)
        : 1
      : niceAtLeast(samples / Math.max(1, fits))
  return Math.max(before, wanted)
}

/** How many of the narrowest cells fit. */
export const cellsThatFit = (width: number): number => Math.max(1, Math.floor(width / CELL.least))

export type TapeView = {
  /** Index of the first column on the screen, and one more than the last. */
  from: number
  to: number
  cellWidth: number
}

export type ViewParts = {
  width: number
  perColumn: number
  /** The samples that are kept: [firstSeq, nextSeq). */
  firstSeq: number
  nextSeq: number
  /** How many the burst will have; null: not known. Cells keep their width while it runs. */
  expected: number | null
  /** The column that must be seen; null: follow the end. */
  cursor: number | null
  /** The first column on the screen before: it stays where it can. */
  before: number
}

/** Which columns are on the screen. Without a cursor it follows the end; with one it moves only as far as it must. */
export function viewOf({ width, perColumn, firstSeq, nextSeq, expected, cursor, before }: ViewParts): TapeView {
  const first = Math.floor(firstSeq / perColumn)
  const end = Math.ceil(nextSeq / perColumn)
  const inAll = Math.max(end - first, expected === null ? 0 : Math.ceil(expected / perColumn) - first)
  const least = perColumn === 1 ? CELL.least : LEAST_COLUMN
  const cellWidth = Math.min(CELL.most, Math.max(least, width / Math.max(1, inAll)))
  const fits = Math.max(1, Math.floor(width / cellWidth))
  const latest = Math.max(first, end - fits)
  let from = latest
  if (cursor !== null) {
    from = Math.min(Math.max(before, first), latest)
    if (cursor < from) from = cursor
    if (cursor >= from + fits) from = cursor - fits + 1
  }
  return { from, to: Math.min(end, from + fits), cellWidth }
}

/** Where a key takes the cursor, as a column; undefined: not one of ours. `cursor` null stands at the end. */
export function cursorAfter(
  key: string,
  cursor: number | null,
  first: number,
  last: number,
): number | null | undefined {
  const at = cursor ?? last
  const steps: Record<string, number> = {
    ArrowLeft: cursor === null ? at : at - 1,
    ArrowRight: at + 1,
    PageUp: at - 10,
    PageDown: at + 10,
    Home: first,
    End: last,
  }
  if (key === 'Escape' && cursor !== null) return null
  const to = steps[key]
  return to === undefined ? undefined : Math.min(Math.max(to, first), last)
}
