import { createRoute, z } from '@hono/zod-openapi'
import { Counter, Gauge, Registry } from 'prom-client'
import type { ClusterSnapshot } from '#lib/protocol/model.ts'
import type { Api, ApiOptions } from './api.ts'
import { guarded } from './api-answers.ts'
import { type BackendSeries, BUCKETS_S, RequestSeries } from './request-series.ts'

const STATUSES = ['starting', 'up', 'draining', 'paused', 'down'] as const
const DURATION = 'robinscope_request_duration_seconds'

/** `GET /metrics`: Prometheus text format. Counters go on over bursts; series of backends that are gone are dropped. */
export function addMetrics(api: Api, { bursts, cluster }: ApiOptions): void {
  const registry = new Registry()
  const series = new RequestSeries()
  new Counter({
    name: 'robinscope_requests_total',
    help: 'Requests by the backend that answered (none: nobody did, unknown: nobody can say who) and outcome.',
    labelNames: ['backend', 'outcome'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [backend, { answered }] of series.byBackend()) this.inc({ backend, outcome: 'answered' }, answered)
      for (const [outcome, count] of Object.entries(series.unanswered())) this.inc({ backend: 'none', outcome }, count)
    },
  })
  new Counter({
    name: 'robinscope_failed_total',
    help: 'Requests that failed: no answer of a backend, none in time, or one with status 500 or more.',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      this.reset()
      const { failed, timedOut } = series.unanswered()
      for (const [reason, count] of Object.entries({ noAnswer: failed, timedOut, errors: series.errors() }))
        this.inc({ reason }, count)
    },
  })
  const resent = new Counter({
    name: 'robinscope_resent_total',
    help: 'Requests sent a second time after a kept connection closed with no byte of an answer.',
    registers: [registry],
  })
  new Gauge({
    name: 'robinscope_backends',
    help: 'Backends by status.',
    labelNames: ['status'],
    registers: [registry],
    collect() {
      const { backends } = cluster.snapshot()
      for (const status of STATUSES) this.set({ status }, backends.filter((one) => one.status === status).length)
    },
  })
  bursts.subscribe({
    ticked: (tick, run) => series.take(tick, run),
    finished: (burst) => resent.inc(burst.resent),
  })
  const keepPresent = ({ backends }: ClusterSnapshot): void =>
    series.keepOnly(new Set(backends.map(({ backend }) => backend)))
  cluster.subscribe({ changed: keepPresent })
  const route = createRoute({
    method: 'get',
    path: '/metrics',
    operationId: 'getMetrics',
    tags: ['health'],
    summary: 'Figures for Prometheus',
    responses: {
      ...guarded,
      200: { description: "Prometheus' text format", content: { 'text/plain': { schema: z.string() } } },
    },
  })
  api.openapi(route, async (context) => {
    // Samples of a backend may come after it has left.
    keepPresent(cluster.snapshot())
    const text = `${await registry.metrics()}${durationText(series.byBackend())}`
    return context.text(text, 200, { 'Content-Type': registry.contentType })
  })
}

/** A histogram in the exposition format; prom-client's own counts one value at a time. */
function durationText(byBackend: ReadonlyMap<string, BackendSeries>): string {
  const lines = [`# HELP ${DURATION} Latency of answers from the actual send.`, `# TYPE ${DURATION} histogram`]
  for (const [backend, { answered, sumUs, buckets }] of byBackend) {
    let below = 0
    BUCKETS_S.forEach((bound, index) => {
      below += buckets[index] ?? 0
      lines.push(`${DURATION}_bucket{backend="${backend}",le="${bound}"} ${below}`)
    })
    lines.push(`${DURATION}_bucket{backend="${backend}",le="+Inf"} ${answered}`)
    lines.push(`${DURATION}_sum{backend="${backend}"} ${sumUs / 1e6}`)
    lines.push(`${DURATION}_count{backend="${backend}"} ${answered}`)
  }
  return `${lines.join('\n')}\n`
}
