import autocannon from 'autocannon'
import type { Load, LoadOrder } from '../load.ts'

/** One run of autocannon. It reads the bodies and keeps none, as our engine does. */
async function run({ host, port, concurrency, durationMs }: LoadOrder): Promise<Load> {
  const before = process.cpuUsage()
  const result = await autocannon({
    url: `http://${host}:${port}/`,
    connections: concurrency,
    duration: durationMs / 1_000,
  })
  const { user, system } = process.cpuUsage(before)
  return { requests: result.requests.total, cpuUs: user + system, p50Ms: result.latency.p50 }
}

process.on('message', (order: LoadOrder) => {
  void run(order).then((result) => process.send?.(result))
})
process.on('disconnect', () => process.exit(0))
