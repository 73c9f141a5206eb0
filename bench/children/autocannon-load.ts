import autocannon from 'autocannon'
import type { Load, LoadOrder } from '../load.ts'

let kept: unknown = null

/** One run of autocannon that looks at every body, as our engine does. */
async function run({ host, port, concurrency, durationMs }: LoadOrder): Promise<Load> {
  const before = process.cpuUsage()
  const result = await autocannon({
    url: `http://${host}:${port}/`,
    connections: concurrency,
    duration: durationMs / 1_000,
    setupClient: (client) => {
      client.on('body', (body) => {
        kept = body
      })
    },
  })
  const { user, system } = process.cpuUsage(before)
  if (kept === null) throw new Error('autocannon handed over no body')
  return { requests: result.requests.total, cpuUs: user + system, p50Ms: result.latency.p50 }
}

process.on('message', (order: LoadOrder) => {
  void run(order).then((result) => process.send?.(result))
})
process.on('disconnect', () => process.exit(0))
