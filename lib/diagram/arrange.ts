export type Box = { x: number; y: number; width: number; height: number }

export type Sizes = { least: number; most: number; gap: number }

/** Rows of the same height under each other, in the middle of `area` or at its top; smaller when they would not fit. */
export function stack(
  area: Box,
  count: number,
  { least, most, gap }: Sizes,
  where: 'middle' | 'top' = 'middle',
): Box[] {
  if (count === 0) return []
  const room = area.height / count
  const height = Math.min(most, Math.max(least, room - gap), room)
  const step = Math.min(height + gap, count === 1 ? height : (area.height - height) / (count - 1))
  const used = height + step * (count - 1)
  const top = where === 'top' ? area.y : area.y + (area.height - used) / 2
  return Array.from({ length: count }, (_, index) => ({
    x: area.x,
    y: top + index * step,
    width: area.width,
    height,
  }))
}

const CHIP_GAP = 4
const CHIP_LEAST_WIDTH = 76
const CHIP_HEIGHT = { least: 20, most: 34 }

/** A grid, row by row, as few columns as its height allows so that chips are as wide as can be. */
export function chipGrid(area: Box, count: number, leastHeight = CHIP_HEIGHT.least): Box[] {
  if (count === 0) return []
  const mostColumns = Math.max(1, Math.floor((area.width + CHIP_GAP) / (CHIP_LEAST_WIDTH + CHIP_GAP)))
  const mostRows = Math.max(1, Math.floor((area.height + CHIP_GAP) / (leastHeight + CHIP_GAP)))
  const columns = Math.min(mostColumns, Math.max(Math.ceil(count / mostRows), Math.min(3, count)))
  const rows = Math.ceil(count / columns)
  const width = (area.width - CHIP_GAP * (columns - 1)) / columns
  const most = Math.max(CHIP_HEIGHT.most, leastHeight)
  const height = Math.min(most, (area.height - CHIP_GAP * (rows - 1)) / rows)
  const top = area.y + (area.height - rows * height - (rows - 1) * CHIP_GAP) / 2
  return Array.from({ length: count }, (_, index) => ({
    x: area.x + (index % columns) * (width + CHIP_GAP),
    y: top + Math.floor(index / columns) * (height + CHIP_GAP),
    width,
    height,
  }))
}
