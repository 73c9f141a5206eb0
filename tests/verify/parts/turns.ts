import { VARIANTS } from '../../clusters.ts'
import type { Product } from '../../product.ts'
import { atMost, exactly, notMeasured, type Part, type Row } from '../rows.ts'

const BACKENDS = [2, 3, 5]

async function turnsOn(product: Product, on: string): Promise<Row[]> {
  const rows: Row[] = []
  for (const replicas of BACKENDS) {
    const where = `${replicas} backends, ${on}`
    await product.api.scale(replicas)
    const single = await product.api.run({ requests: 1_000, concurrency: 1 })
    rows.push(
      exactly(`deviations from strict turns, 1,000 requests one at a time, ${where}`, 0, single.deviations ?? -1),
    )
    const crowd = await product.api.run({ requests: 10_000, concurrency: 64 })
    rows.push(atMost(`spread of 10,000 requests, 64 at once, ${where}`, 1, crowd.fairness?.spread ?? Infinity))
    const lost = [single, crowd].reduce((sum, burst) => sum + burst.failed + burst.timedOut + burst.errors, 0)
    rows.push(exactly(`failed of these 11,000, ${where}`, 0, lost))
  }
  return rows
}

export const part: Part = {
  title: 'requests take turns',
  measure: async (say) => {
    const rows: Row[] = []
    for (const variant of VARIANTS) {
      const missing = await variant.missing()
      if (missing !== null) {
        rows.push(notMeasured(`turns, ${variant.name}`, missing))
        continue
      }
      say(variant.name)
      const running = await variant.start()
      try {
        const { frontDoor } = await running.product.api.cluster()
        rows.push(...(await turnsOn(running.product, `${variant.name}, ${frontDoor.kind} ${frontDoor.version}`)))
      } finally {
        await running.stop()
      }
    }
    return rows
  },
}
