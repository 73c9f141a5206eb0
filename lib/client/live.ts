import { type Burst, NO_TOTALS, type Totals } from '#lib/protocol/model.ts'
import type { BackendCounts, Live } from './page-state.ts'

const TOTALS_KEYS = Object.keys(NO_TOTALS) as (keyof Totals)[]

export const totalsOf = (burst: Burst): Totals =>
  Object.fromEntries(TOTALS_KEYS.map((key) => [key, burst[key]])) as Totals

/** The live numbers as a summary has them; what a summary does not say (rescued from whom, who was last) stays. */
export function liveFromBurst(burst: Burst, before: Live): Live {
  const byBackend: Record<string, BackendCounts> = {}
  for (const share of burst.byBackend)
    byBackend[share.backend] = {
      answered: share.answered,
      errors: share.errors,
      rescuedFrom: before.byBackend[share.backend]?.rescuedFrom ?? 0,
    }
  for (const [backend, counts] of Object.entries(before.byBackend))
    byBackend[backend] ??= { answered: 0, errors: 0, rescuedFrom: counts.rescuedFrom }
  const endMs = burst.finishedAt ? Date.parse(burst.finishedAt) : null
  return {
    totals: totalsOf(burst),
    elapsedUs: endMs === null ? before.elapsedUs : Math.max(0, (endMs - Date.parse(burst.startedAt)) * 1000),
    rps: 0,
    byBackend,
    nobody: burst.failed + burst.timedOut,
    lastBackend: before.lastBackend,
    failover: before.failover,
  }
}
