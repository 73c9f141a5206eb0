import type { RunJudgement } from '#lib/analysis/run-judge.ts'
import type { Target } from '#lib/cluster/cluster.ts'
import type { BackendShare, Burst, BurstRequest, Quantiles } from '#lib/protocol/model.ts'
import type { BurstMeasure, BurstPlan, LatencyMs } from '#lib/traffic/burst.ts'

export type BurstFacts = {
  id: string
  boot: string
  request: BurstRequest
  status: Burst['status']
  failure: string | null
  startedAtMs: number
  finishedAtMs: number | null
}

/** The burst as every boundary shows it, but for its verdict, which needs the whole run: contract.md, "HTTP". */
export function summarise(facts: BurstFacts, measure: BurstMeasure, judgement: RunJudgement): Omit<Burst, 'verdict'> {
  const { totals, elapsedUs } = measure
  const seconds = elapsedUs / 1e6
  return {
    id: facts.id,
    boot: facts.boot,
    status: facts.status,
    failure: facts.failure,
    request: facts.request,
    ...totals,
    byStatus: measure.byStatus,
    rps: seconds > 0 ? round(totals.answered / seconds, 1) : 0,
    latencyMs: {
      fromSent: quantiles(measure.latencyMs.fromSent),
      fromIntended: quantiles(measure.latencyMs.fromIntended),
    },
    lateStarts:
      measure.dueStarts === 0
        ? null
        : // Both are read while they grow, not at the very same time.
          round(Math.min(1, measure.lateStarts / measure.dueStarts), 4),
    byBackend: sharesOf(measure, judgement),
    fairness: judgement.fairness,
    deviations: judgement.deviations,
    stretches: judgement.stretches,
    stretchesLeftOut: judgement.stretchesLeftOut,
    failovers: judgement.failovers,
    startedAt: new Date(facts.startedAtMs).toISOString(),
    finishedAt: facts.finishedAtMs === null ? null : new Date(facts.finishedAtMs).toISOString(),
  }
}

export const planOf = (request: BurstRequest, target: Target): BurstPlan => ({
  target,
  requests: request.requests ?? null,
  durationMs: request.durationMs ?? null,
  concurrency: request.concurrency,
  ratePerSecond: request.ratePerSecond ?? null,
  method: request.method,
  path: request.path,
  headers: request.headers,
  body: request.body ?? null,
  keepAlive: request.keepAlive,
  timeoutMs: request.timeoutMs,
  requestIdPrefix: null,
})

/** Who answered, and who should have and did not: a member that got nothing is the finding, not an absence. */
function sharesOf({ byBackend, totals }: BurstMeasure, { expected, rescuedFrom }: RunJudgement): BackendShare[] {
  const idle = [...(expected?.keys() ?? [])]
    .filter((backend) => !byBackend.some((one) => one.backend === backend))
    .map((backend) => ({ backend, answered: 0, errors: 0, latencyMs: null }))
  return [...byBackend, ...idle].map(({ backend, answered, errors, latencyMs }) => {
    const due = expected?.get(backend)
    return {
      backend,
      answered,
      errors,
      rescuedFrom: rescuedFrom.get(backend) ?? 0,
      share: totals.answered > 0 ? round(answered / totals.answered, 4) : 0,
      expectedShare: due === undefined || totals.answered === 0 ? null : round(due / totals.answered, 4),
      latencyMs: quantiles(latencyMs),
    }
  })
}

function quantiles(latency: LatencyMs | null): Quantiles | null {
  if (!latency) return null
  const { p50, p90, p95, p99, p999, max } = latency
  return {
    p50: round(p50, 3),
    p90: round(p90, 3),
    p95: round(p95, 3),
    p99: round(p99, 3),
    p999: round(p999, 3),
    max: round(max, 3),
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))
