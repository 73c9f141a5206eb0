import { setTimeout as pause } from 'node:timers/promises'
import type { Cluster } from '#lib/cluster/cluster.ts'
import { readSettings } from '#lib/config/settings.ts'
import { openDashboard } from '#lib/server/dashboard.ts'
import { formEmbeddedCluster } from '#lib/server/form-embedded.ts'
import { BENCH_TOKEN } from '../browsers.ts'

/** `open` is answered once it is ready; `count` starts the backends' own ledgers anew; `weigh` collects garbage first. */
export type WholeOrder = { act: 'open' | 'count' | 'weigh' | 'close' }
/** `counted`: what each backend says it executed since `count`. */
export type WholeAnswer = { url: string; rssBytes: number; counted: Record<string, number> }

const log = (): void => {}
const settings = readSettings(
  { PORT: '0', FRONT_DOOR_PORT: '0', ROBINSCOPE_TOKEN: BENCH_TOKEN, ROBINSCOPE_FRONT_DOOR_KIND: 'nginx' },
  [],
)
const formed = Promise.withResolvers<Cluster>()
const opening = openDashboard(settings, log, {
  formCluster: async () => {
    const cluster = await formEmbeddedCluster(settings, { reason: 'A bench.', howToSwitch: 'None.', log })
    formed.resolve(cluster)
    return cluster
  },
  // The page is built and served by Next, which keeps no samples.
  preparePage: async () => ({ answer: async (_request, response) => void response.end(), close: async () => {} }),
})
opening.catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})

/** What stays: a second collection takes what finalizers of the first let go of. */
async function weigh(): Promise<number> {
  for (let times = 0; times < 2; times++) {
    globalThis.gc?.()
    await pause(500)
  }
  return process.memoryUsage.rss()
}

async function act(order: WholeOrder): Promise<WholeAnswer> {
  const { url, close } = await opening
  const cluster = await formed.promise
  const counted: WholeAnswer['counted'] = {}
  if (order.act === 'close') await close()
  else {
    for (const { backend } of cluster.snapshot().backends) {
      if (order.act === 'count') await cluster.ledger(backend, { act: 'start' })
      const { methods } = await cluster.ledger(backend, { act: 'read' })
      counted[backend] = Object.values(methods).reduce((sum, count) => sum + count, 0)
    }
  }
  return { url, counted, rssBytes: order.act === 'weigh' ? await weigh() : 0 }
}

process.on('message', (order: WholeOrder) => {
  void act(order).then((answer) => process.send?.(answer))
})
process.on('disconnect', () => process.exit(0))
