/** `at` on whatever axis: seconds, columns. */
type Marked = { at: number; kind: string; label: string }
/** One mark, or several of one kind that stand close together: from `at` to `until`. */
export type MarkGroup = { at: number; until: number; label: string; count: number }

/** Kinds of which many come at once, when backends do. */
const MANY: Partial<Record<string, string>> = {
  joined: 'backends joined',
  left: 'backends left',
  down: 'backends down',
  back: 'backends back',
  paused: 'backends paused',
  noticed: 'backends failing',
}

/** Marks in order of time; those of one kind that are at most `within` from the one before become one. */
export function mergeMarks(marks: readonly Marked[], within: number): MarkGroup[] {
  const groups: MarkGroup[] = []
  const open = new Map<string, MarkGroup>()
  for (const { at, kind, label } of marks) {
    const words = MANY[kind]
    const group = open.get(kind)
    if (words && group && at - group.until <= within) {
      group.until = at
      group.count++
      group.label = `${group.count} ${words}`
      continue
    }
    const fresh = { at, until: at, label, count: 1 }
    groups.push(fresh)
    open.set(kind, fresh)
  }
  return groups
}

/** Marks in words, for what cannot see them: " Marked: 2 → 3, 4 s before the end." Empty where there are none. */
export const marksText = (marks: readonly MarkGroup[]): string =>
  marks.length === 0
    ? ''
    : ` Marked: ${marks.map((mark) => `${mark.label}, ${Math.round(-mark.at)} s before the end`).join('; ')}.`
