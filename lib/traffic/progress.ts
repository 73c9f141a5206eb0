import { TOTALS_ORDER } from '#lib/protocol/frame.ts'
import type { Totals } from '#lib/protocol/model.ts'

const VERSION = 0
const BEAT = 1
const HEAD = 2
const FIRST_TOTAL = 3
export const PROGRESS_WORDS = FIRST_TOTAL + TOTALS_ORDER.length

export type Progress = { head: number; totals: Totals }

/**
 * How far a burst is, written by the worker after every change and read by the main thread when it likes, without a
 * message and without a lock: the version is odd while a write is under way, and a reader that met one reads again.
 * Atomics.add is used for its order towards the plain words around it, on every processor.
 */
export function writeProgress(words: Int32Array, head: number, totals: Totals): void {
  Atomics.add(words, VERSION, 1)
  words[HEAD] = head
  // As TOTALS_ORDER has them, one by one: reading properties by name in a loop costs six times as much, once a request.
  words[FIRST_TOTAL] = totals.sent
  words[FIRST_TOTAL + 1] = totals.inFlight
  words[FIRST_TOTAL + 2] = totals.answered
  words[FIRST_TOTAL + 3] = totals.errors
  words[FIRST_TOTAL + 4] = totals.failed
  words[FIRST_TOTAL + 5] = totals.timedOut
  words[FIRST_TOTAL + 6] = totals.cancelled
  words[FIRST_TOTAL + 7] = totals.late
  words[FIRST_TOTAL + 8] = totals.rescued
  words[FIRST_TOTAL + 9] = totals.resent
  Atomics.add(words, VERSION, 1)
}

/** Null: the writer is at it without a pause; ask again later. */
export function readProgress(words: Int32Array): Progress | null {
  for (let tries = 100; tries > 0; tries--) {
    const version = Atomics.load(words, VERSION)
    const [head = 0, ...counts] = words.subarray(HEAD)
    const isSame = Atomics.add(words, VERSION, 0) === version
    if (!isSame || version % 2 !== 0) continue
    const totals = Object.fromEntries(TOTALS_ORDER.map((key, index) => [key, (counts[index] ?? 0) >>> 0])) as Totals
    return { head: head >>> 0, totals }
  }
  return null
}

/** A sign of life of the worker. */
export const beat = (words: Int32Array): void => void Atomics.add(words, BEAT, 1)
export const lastBeat = (words: Int32Array): number => Atomics.load(words, BEAT)
