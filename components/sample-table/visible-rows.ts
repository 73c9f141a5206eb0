/** Every row is this high, CSS pixels: which rows are on the screen is reckoned, not measured. */
export const ROW_PX = 25
/** Rows beyond both edges, so that scrolling finds them there. */
const SPARE = 6

export type VisibleRows = { from: number; to: number; above: number; below: number }

/**
 * Which of `count` rows stand in a box `height` high that is scrolled to `top`, null for its end, and the room that the others
 * take. In an outage thousands of rows come each second: only those that can be seen are drawn.
 */
export function visibleRows(count: number, height: number, top: number | null): VisibleRows {
  const room = Math.ceil(height / ROW_PX) + 2 * SPARE
  const latest = Math.max(0, count - room)
  const from = top === null ? latest : Math.min(latest, Math.max(0, Math.floor(top / ROW_PX) - SPARE))
  const to = Math.min(count, from + room)
  return { from, to, above: from * ROW_PX, below: (count - to) * ROW_PX }
}
