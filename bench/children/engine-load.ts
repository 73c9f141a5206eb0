import { monitorEventLoopDelay } from 'node:perf_hooks'
import { encodeFrame } from '#lib/protocol/frame.ts'
import { openEngine } from '#lib/traffic/open-engine.ts'
import type { Load, LoadOrder } from '../load.ts'

/** What the engine's run looked like from the main thread; the delay is 0 where it was not watched. */
export type EngineLoad = Load & { loopDelayP99Ms: number; failed: number }

const engine = openEngine({ backendAt: () => null, reloadMayCut: () => false })
const RESOLUTION_MS = 5

/** Runs one burst at full speed and takes its samples off the store as the server does. Concurrency 0: sits idle instead. */
async function run({ host, port, concurrency, durationMs, watchesLoop }: LoadOrder): Promise<EngineLoad> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  const before = process.cpuUsage()
  // Watching costs a timer every few milliseconds, which is no part of the engine.
  if (watchesLoop) delay.enable()
  const load = concurrency === 0 ? await idle(durationMs) : await burst(host, port, concurrency, durationMs)
  delay.disable()
  const { user, system } = process.cpuUsage(before)
  return { ...load, cpuUs: user + system, loopDelayP99Ms: watchesLoop ? delay.percentile(99) / 1e6 : 0 }
}

async function idle(durationMs: number): Promise<{ requests: number; p50Ms: number; failed: number }> {
  await new Promise((resolve) => setTimeout(resolve, durationMs))
  return { requests: 0, p50Ms: 0, failed: 0 }
}

function burst(host: string, port: number, concurrency: number, durationMs: number): ReturnType<typeof idle> {
  return new Promise((resolve) => {
    const running = engine.start(
      {
        ...{ target: { host, port }, requests: null, durationMs, concurrency, ratePerSecond: null },
        ...{
          method: 'GET',
          path: '/',
          headers: {},
          body: null,
          keepAlive: true,
          timeoutMs: 10_000,
          requestIdPrefix: null,
        },
      },
      {
        onTick: ({ fromSeq, toSeq, totals, elapsedUs, details, routes, peers }) => {
          const samples = running.samples(fromSeq, toSeq)
          const tables = routes.length + peers.length > 0 ? { routes, peers, generations: [], backends: [] } : null
          encodeFrame({ burst: 1, firstSeq: fromSeq, gap: false, elapsedUs, totals, samples, tables, details })
        },
        onEnd: () => {
          const { totals, latencyMs } = running.measure()
          resolve({ requests: totals.answered, p50Ms: latencyMs.fromSent?.p50 ?? Number.NaN, failed: totals.failed })
        },
      },
    )
  })
}

process.on('message', (order: LoadOrder) => {
  void run(order).then((result) => process.send?.(result))
})
process.on('disconnect', () => process.exit(0))
