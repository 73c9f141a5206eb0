import { setImmediate as nextTurn } from 'node:timers/promises'
import { EXPORT_PATIENCE_MS, MAX_EXPORTS } from '#lib/protocol/limits.ts'
import { ProblemError } from '#lib/protocol/problem.ts'

let underWay = 0

/**
 * A download in parts, each made when the reader has room for it and in a turn of the event loop of its own, so that nobody else
 * waits longer than one part takes. `part` gives the next one, null at the end. Ends early with a reader that goes away or takes
 * nothing for `patienceMs`. Throws ProblemError `too-many` where MAX_EXPORTS are under way.
 */
export function exportStream(
  part: () => Uint8Array | null | Promise<Uint8Array | null>,
  patienceMs: number = EXPORT_PATIENCE_MS,
): ReadableStream<Uint8Array> {
  if (underWay >= MAX_EXPORTS) {
    throw new ProblemError(
      'too-many',
      `${MAX_EXPORTS} downloads are under way, and no more run at one time: try again.`,
    )
  }
  underWay++
  let isOver = false
  let patience: NodeJS.Timeout | undefined
  const over = (): void => {
    clearTimeout(patience)
    if (!isOver) underWay--
    isOver = true
  }
  return new ReadableStream<Uint8Array>({
    start(controller) {
      patience = setTimeout(() => {
        over()
        controller.error(new Error('Nobody read the download'))
      }, patienceMs)
      patience.unref()
    },
    async pull(controller) {
      patience?.refresh()
      try {
        await nextTurn()
        const bytes = isOver ? null : await part()
        if (isOver) return
        if (bytes !== null) return controller.enqueue(bytes)
        over()
        controller.close()
      } catch (error) {
        over()
        throw error
      }
    },
    cancel: over,
  })
}
