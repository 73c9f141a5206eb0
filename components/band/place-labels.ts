export type Labelled = { x: number; width: number }
/** Where a text begins, CSS pixels; null: it finds no room. */
export type Place = number | null

/** Between a mark and its text, and between two texts. */
const BESIDE = 5
const BETWEEN = 8
/** Marks so near each other are one group: a text may stand beyond the last of them. */
const NEAR = 10

type Text = Labelled & { from: number }

/**
 * Each text stands right of its mark, else left of it, where it touches no text before it in the list and no other mark (`marks`: where
 * they all stand), else beyond the marks that are near its own. The first come, first served; but of two marks that are near each other
 * the earlier one, first in the list where both are at one place, has the left text: they are read in the order of their times.
 */
export function placeLabels(
  labels: readonly Labelled[],
  marks: readonly number[],
  left: number,
  right: number,
): Place[] {
  const texts: (Text | null)[] = []
  const freeOf = ({ x, width }: Labelled, except: Text | null, places: readonly number[]): number | undefined =>
    places.find(
      (from) =>
        from >= left &&
        from + width <= right &&
        marks.every((mark) => mark === x || mark < from - 2 || mark > from + width + 2) &&
        texts.every(
          (one) =>
            one === null ||
            one === except ||
            from + width + BETWEEN <= one.from ||
            from >= one.from + one.width + BETWEEN,
        ),
    )
  for (const label of labels) {
    const { x, width } = label
    const group = marks.filter((mark) => Math.abs(mark - x) <= NEAR)
    const [first, last] = [Math.min(x, ...group), Math.max(x, ...group)]
    const onTheRight = [x + BESIDE, last + BESIDE]
    const from = freeOf(label, null, [x + BESIDE, x - BESIDE - width, last + BESIDE, first - BESIDE - width])
    if (from === undefined) {
      texts.push(null)
      continue
    }
    const text = { x, width, from }
    const earlier = texts.find((one) => one !== null && one.x <= x && x - one.x <= NEAR && from < one.from) ?? null
    if (earlier !== null) {
      const moved = freeOf(earlier, earlier, [earlier.x - BESIDE - earlier.width, first - BESIDE - earlier.width])
      const beside = freeOf(label, earlier, onTheRight)
      if (moved !== undefined && beside !== undefined) {
        earlier.from = moved
        text.from = beside
      }
    }
    texts.push(text)
  }
  return texts.map((text) => text?.from ?? null)
}

/** The first gap between the outermost of some lines that a text finds room in, `inset` from each; null: there is none. */
export function placeInside(width: number, lines: readonly number[], inset: number): Place {
  const [from, to] = [lines[0] ?? 0, lines.at(-1) ?? 0]
  const inside = lines.filter((line) => line >= from && line <= to).sort((one, other) => one - other)
  const gap = inside.findIndex((line, index) => (inside[index + 1] ?? line) - line >= width + 2 * inset)
  return gap === -1 ? null : (inside[gap] ?? 0) + inset
}

const NICE_SECONDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600]

/** Times for a ruler from one to another, seconds, about `count` of them, at round numbers. */
export function rulerTimes(fromS: number, toS: number, count: number): number[] {
  const span = Math.max(0, toS - fromS)
  const step = NICE_SECONDS.find((nice) => span / nice <= count) ?? 3_600
  const first = Math.ceil(fromS / step)
  const steps = Math.floor(toS / step) - first + 1
  return Array.from({ length: Math.max(0, steps) }, (_, index) => Math.round((first + index) * step * 10) / 10)
}
