import { Counter, Gauge, Registry } from 'prom-client'
import type { Api, ApiOptions } from './api.ts'
import type { BurstKeeper } from './burst-keeper.ts'

/** Prometheus text format. Counters go on over bursts; series of backends that are gone are dropped. */
export function addMetrics(api: Api, { bursts, cluster }: ApiOptions): void {
  const registry = new Registry()
  const requests = new Counter({
    name: 'robinscope_requests_total',
    help: 'Requests by the backend that answered (none: nobody) and outcome.',
    labelNames: ['backend', 'outcome'],
    registers: [registry],
  })
  const resent = new Counter({
    name: 'robinscope_resent_total',
    help: 'Requests sent a second time.',
    registers: [registry],
  })
  const backends = new Gauge({
    name: 'robinscope_backends',
    help: 'Backends by status.',
    labelNames: ['status'],
    registers: [registry],
    collect() {
      this.reset()
      for (const status of ['starting', 'up', 'draining', 'paused', 'down']) this.set({ status }, 0)
      for (const { status } of cluster.snapshot().backends) this.inc({ status })
    },
  })
  registry.registerMetric(backends)
  const counted = countFinished(bursts, requests, resent)
  cluster.subscribe({
    changed: ({ backends: present }) => {
      const known = new Set(present.map(({ backend }) => backend))
      for (const gone of counted) {
        if (known.has(gone)) continue
        requests.remove({ backend: gone, outcome: 'answered' })
        counted.delete(gone)
      }
    },
  })
  api.get('/metrics', async (context) => {
    context.header('Content-Type', registry.contentType)
    return context.body(await registry.metrics())
  })
}

function countFinished(bursts: BurstKeeper, requests: Counter<'backend' | 'outcome'>, resent: Counter): Set<string> {
  const counted = new Set<string>()
  bursts.subscribe({
    finished: (burst) => {
      for (const { backend, answered } of burst.byBackend) {
        counted.add(backend)
        requests.inc({ backend, outcome: 'answered' }, answered)
      }
      for (const outcome of ['failed', 'timedOut', 'cancelled'] as const) {
        requests.inc({ backend: 'none', outcome }, burst[outcome])
      }
      resent.inc(burst.resent)
    },
  })
  return counted
}
