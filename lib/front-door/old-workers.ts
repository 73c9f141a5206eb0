import { setTimeout as sleep } from 'node:timers/promises'
import { whereabouts } from './nginx-workers.ts'
import { WORKER_SHUTDOWN_TIMEOUT_MS } from './render.ts'

const LOOK_EVERY_MS = 50
/** nginx lets new and old workers take connections side by side for 100 ms (ngx_master_process_cycle). */
const OVERLAP_MS = 200
/** What a kept connection may lose by a reload it loses when the old workers close it: at once. */
const CUTTING_MS = 1_000

/** Keeps watch over workers that a reload has retired. */
export type OldWorkers = {
  /** Just before the signal. `workers` null: this machine does not tell them. */
  retire(workers: number[] | null): void
  /** Whether none of them takes new connections any more. */
  stoppedListening(): Promise<boolean>
  /** Resolves when all are gone, or their time is over. */
  gone(): Promise<void>
  /** A reload is under way, or was a moment ago. */
  mayCut(): boolean
}

/** @param look where these workers are now; by default this machine's own processes */
export function watchOldWorkers(
  now: () => number = () => performance.now(),
  look: typeof whereabouts = whereabouts,
  lookEveryMs = LOOK_EVERY_MS,
): OldWorkers {
  let old: number[] = []
  let known = true
  let retiredAt = Number.NEGATIVE_INFINITY

  const forget = (): void => {
    old = []
    known = true
  }

  return {
    retire(workers) {
      if (workers) old = [...new Set([...old, ...workers])]
      else known = false
      retiredAt = now()
    },
    async stoppedListening() {
      const seen = await look(old)
      if (!known || !seen) {
        await sleep(OVERLAP_MS)
        return true
      }
      old = [...seen.serving, ...seen.leaving]
      return seen.serving.length === 0
    },
    async gone() {
      while (now() - retiredAt < WORKER_SHUTDOWN_TIMEOUT_MS + CUTTING_MS) {
        const seen = await look(old)
        if (seen) old = [...seen.serving, ...seen.leaving]
        if (seen && known && old.length === 0) return
        await sleep(lookEveryMs)
      }
      forget()
    },
    mayCut: () => now() - retiredAt < CUTTING_MS || (old.length > 0 && now() - retiredAt < WORKER_SHUTDOWN_TIMEOUT_MS),
  }
}
