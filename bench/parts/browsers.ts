import { startProduct } from '#tests/product.ts'
import type { BrowsersOrder, Watched } from '../browsers.ts'
import type { EngineLoad } from '../children/engine-load.ts'
import { atLeast, type Part } from '../figure.ts'
import { lacksNginx } from '../front-door.ts'
import { openLoader } from '../load.ts'
import { paired, ratios } from '../paired.ts'

const ROUNDS = 11
const ROUND_MS = 2_000
const WARM_UP_MS = 1_000
const CONCURRENCY = 64
const BROWSERS = 10

export const browsers: Part = {
  name: 'browsers',
  what: 'how fast the dashboard fires while 10 browsers watch, beside the engine alone, at the same nginx',
  lacks: lacksNginx,
  measure: async (say) => {
    say('starting the dashboard')
    const product = await startProduct({ env: { ROBINSCOPE_FRONT_DOOR_KIND: 'nginx', LOG_LEVEL: 'silent' } })
    const engine = openLoader<EngineLoad>('engine-load.ts')
    const watching = openLoader<Watched, BrowsersOrder>('browsers.ts')
    const { url, token, frontDoorPort } = product
    const watch = (count: number) => watching.run({ act: 'open', url, token, count })

    const alone = async (durationMs: number): Promise<number> => {
      await watch(0)
      const order = { host: '127.0.0.1', port: frontDoorPort, concurrency: CONCURRENCY, durationMs }
      return (await engine.run(order)).requests / (durationMs / 1_000)
    }
    const watched = async (durationMs: number): Promise<number> => {
      await watch(BROWSERS)
      await watching.run({ act: 'watch' })
      const { rps, answered } = await product.api.run({ durationMs, concurrency: CONCURRENCY })
      const { samples, missed } = await watching.run({ act: 'tell' })
      say(`${answered} requests; the browsers got ${samples} samples and went without ${missed}`)
      return rps
    }
    try {
      say('warming up')
      await alone(WARM_UP_MS)
      await watched(WARM_UP_MS)
      const runs = await paired(ROUNDS, { watched: () => watched(ROUND_MS), alone: () => alone(ROUND_MS) }, say)
      const figure = 'requests a second with 10 browsers on the stream / engine alone'
      return { figures: [atLeast(figure, 0.9, ratios(runs.watched, runs.alone))], leftOut: [] }
    } finally {
      engine.close()
      watching.close()
      await product.stop()
    }
  },
}
