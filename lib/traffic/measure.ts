import { HISTOGRAM_BUCKETS, quantilesUs } from '#lib/analysis/histogram.ts'
import type { Route } from '#lib/protocol/frame.ts'
import type { Totals } from '#lib/protocol/model.ts'
import type { BackendMeasure, BurstMeasure, LatencyMs } from './burst.ts'
import {
  type BurstMemory,
  DUE_STARTS,
  LATE_STARTS,
  ROW_FROM_INTENDED,
  ROW_FROM_SENT,
  ROW_WORDS,
} from './burst-memory.ts'
import { NO_ROW } from './route-table.ts'

const SHARES = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999]

/** Which row of figures belongs to a route's backend. */
export type RowOfRoute = { route: Route; row: number }

function latencyMs(buckets: ArrayLike<number>, maxUs: number): LatencyMs | null {
  const values = quantilesUs(buckets, SHARES, maxUs)
  if (values === null) return null
  const [p50 = 0, p90 = 0, p95 = 0, p99 = 0, p999 = 0, p9999 = 0] = values.map((us) => us / 1_000)
  return { p50, p90, p95, p99, p999, p9999, max: maxUs / 1_000 }
}

const rowLatency = (memory: BurstMemory, row: number): LatencyMs | null =>
  latencyMs(memory.buckets(row), memory.rows[row * ROW_WORDS + 2] ?? 0)

/** One backend may have several rows: by its name, and by addresses that turned out to be its own. */
function backendMeasure(memory: BurstMemory, backend: string, rows: number[]): BackendMeasure {
  const buckets = new Uint32Array(HISTOGRAM_BUCKETS)
  const sum = { answered: 0, errors: 0, us: 0, maxUs: 0 }
  for (const row of rows) {
    const at = row * ROW_WORDS
    sum.answered += memory.rows[at] ?? 0
    sum.errors += memory.rows[at + 1] ?? 0
    sum.maxUs = Math.max(sum.maxUs, memory.rows[at + 2] ?? 0)
    sum.us += memory.sums[row] ?? 0
    memory.buckets(row).forEach((count, bucket) => {
      buckets[bucket] = (buckets[bucket] ?? 0) + count
    })
  }
  const { answered, errors, us, maxUs } = sum
  return { backend, answered, errors, latencySumMs: us / 1_000, latencyMs: latencyMs(buckets, maxUs) }
}

/** Reads the figures of a burst out of its memory. */
export function measureBurst(
  memory: BurstMemory,
  routes: readonly RowOfRoute[],
  totals: Totals,
  elapsedUs: number,
): BurstMeasure {
  const rows = new Map<string, Set<number>>()
  for (const { route, row } of routes) {
    if (route.backend === null || row === NO_ROW) continue
    rows.set(route.backend, (rows.get(route.backend) ?? new Set()).add(row))
  }
  const byStatus: Record<string, number> = {}
  memory.statuses.forEach((count, status) => {
    if (count > 0) byStatus[status] = count
  })
  return {
    elapsedUs,
    totals,
    byStatus,
    byBackend: [...rows].map(([backend, own]) => backendMeasure(memory, backend, [...own])),
    latencyMs: { fromSent: rowLatency(memory, ROW_FROM_SENT), fromIntended: rowLatency(memory, ROW_FROM_INTENDED) },
    dueStarts: memory.starts[DUE_STARTS] ?? 0,
    lateStarts: memory.starts[LATE_STARTS] ?? 0,
  }
}
