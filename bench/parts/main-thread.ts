import type { EngineLoad } from '../children/engine-load.ts'
import { atMost, type Part } from '../figure.ts'
import { lacksNginx, openFrontDoor } from '../front-door.ts'
import { openLoader } from '../load.ts'
import { paired } from '../paired.ts'

const ROUNDS = 5
const ROUND_MS = 2_000

export const mainThread: Part = {
  name: 'main-thread',
  what: 'how much the main thread waits while the engine fires at full speed',
  lacks: lacksNginx,
  measure: async (say) => {
    const door = await openFrontDoor()
    const engine = openLoader<EngineLoad>('engine-load.ts')
    const run = (concurrency: number) =>
      engine.run({ ...door.target, concurrency, durationMs: ROUND_MS, watchesLoop: true })
    try {
      await run(64)
      const { firing, idle } = await paired(ROUNDS, { firing: () => run(64), idle: () => run(0) }, say)
      const above = firing.map(
        ({ loopDelayP99Ms }, round) => loopDelayP99Ms - (idle[round]?.loopDelayP99Ms ?? Number.NaN),
      )
      const figure = "main thread's loop delay p99 while firing at full speed, above idle, ms"
      return { figures: [atMost(figure, 5, above)], leftOut: [] }
    } finally {
      engine.close()
      await door.close()
    }
  },
}
