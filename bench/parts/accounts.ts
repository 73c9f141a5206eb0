import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { MAX_REQUESTS } from '#lib/protocol/limits.ts'
import type { BurstEnd } from '#lib/traffic/burst.ts'
import { openEngine } from '#lib/traffic/engine.ts'
import { exactly, type Part } from '../figure.ts'
import { openFrontDoor } from '../front-door.ts'

const BACKENDS = ['0000000000aa', '0000000000bb']
const CONCURRENCY = 64

type Counting = { child: ChildProcess; backend: string; address: string }

async function openCounting(backend: string): Promise<Counting> {
  const child = fork(new URL('../children/counting-backend.ts', import.meta.url), [backend])
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { child, backend, address: `127.0.0.1:${port}` }
}

async function countOf({ child }: Counting): Promise<number> {
  const answer = once(child, 'message')
  child.send('count')
  const [{ answered }] = (await answer) as [{ answered: number }]
  return answered
}

export const accounts: Part = {
  name: 'accounts',
  what: 'whether the engine and the backends count the same over a million requests',
  measure: async (say) => {
    const backends = await Promise.all(BACKENDS.map(openCounting))
    const door = await openFrontDoor(backends.map(({ address }) => address))
    const engine = openEngine({ backendAt: () => null, reloadMayCut: () => false })
    const over = Promise.withResolvers<BurstEnd>()
    try {
      const burst = engine.start(
        {
          ...{
            target: door.target,
            requests: MAX_REQUESTS,
            durationMs: null,
            concurrency: CONCURRENCY,
            ratePerSecond: null,
          },
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
        { onEnd: over.resolve },
      )
      const beat = setInterval(() => say(`${burst.totals().answered} answered`), 5_000)
      await over.promise
      clearInterval(beat)
      const { sent, answered, failed, timedOut, cancelled } = burst.totals()
      const { byBackend } = burst.measure()
      let differences = Math.abs(sent - answered - failed - timedOut - cancelled) + Math.abs(sent - MAX_REQUESTS)
      for (const backend of backends) {
        const ours = byBackend.find((one) => one.backend === backend.backend)?.answered ?? 0
        differences += Math.abs((await countOf(backend)) - ours)
      }
      const figure = `requests that outcomes and the backends' own counts do not agree on, of ${MAX_REQUESTS}`
      return { figures: [exactly(figure, 0, [differences])], leftOut: [] }
    } finally {
      await engine.close()
      await door.close()
      for (const { child } of backends) child.disconnect()
    }
  },
}
