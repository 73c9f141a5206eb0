import { pause } from '#lib/concurrency/abortable.ts'
import type { Log } from '#lib/concurrency/log.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/** Starts something that died again and again until it runs, with growing pauses, or until `signal`. Never rejects. */
export async function comeBack(
  start: () => Promise<void>,
  signal: AbortSignal,
  log: Log,
  event: string,
): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    await pause(pauseMs, signal)
    if (signal.aborted) return
    try {
      return await start()
    } catch (error) {
      log(event, { cause: error instanceof Error ? error.message : String(error) })
    }
  }
}
