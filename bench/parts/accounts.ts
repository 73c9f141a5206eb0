import { setTimeout as pause } from 'node:timers/promises'
import { MAX_REQUESTS } from '#lib/protocol/limits.ts'
import type { Burst } from '#lib/protocol/model.ts'
import { type Api, createApi } from '#tests/api.ts'
import { BENCH_TOKEN, type BrowsersOrder, type Watched } from '../browsers.ts'
import type { WholeAnswer, WholeOrder } from '../children/whole-server.ts'
import { atMost, exactly, type Part, type Say } from '../figure.ts'
import { lacksNginx } from '../front-door.ts'
import { openLoader } from '../load.ts'

const CONCURRENCY = 64
/** Both sample stores and all code have been used by then. */
const WARM_UPS = 3
const WARM_UP_REQUESTS = 30_000
const LIMIT_MS = 300_000
const MB = 1_048_576

async function fire(api: Api, requests: number, say: Say): Promise<Burst> {
  const id = await api.start({ requests, concurrency: CONCURRENCY })
  const beat = setInterval(() => {
    void api.burst(id).then(
      ({ answered }) => say(`${answered} of ${requests} answered`),
      () => {},
    )
  }, 5_000)
  try {
    return await api.ended(id, LIMIT_MS)
  } finally {
    clearInterval(beat)
  }
}

/** Requests that the two sides, or the outcomes of one, do not agree on. */
function differences(
  { sent, answered, failed, timedOut, cancelled, byBackend }: Burst,
  counted: WholeAnswer['counted'],
) {
  const known = new Set([...Object.keys(counted), ...byBackend.map(({ backend }) => backend)])
  const ours = (backend: string): number => byBackend.find((one) => one.backend === backend)?.answered ?? 0
  const apart = [...known].map((backend) => Math.abs(ours(backend) - (counted[backend] ?? 0)))
  return Math.abs(sent - answered - failed - timedOut - cancelled) + apart.reduce((sum, count) => sum + count, 0)
}

export const accounts: Part = {
  name: 'accounts',
  what: 'a million requests: whether server and backends count the same, and what they leave in memory',
  lacks: lacksNginx,
  measure: async (say) => {
    const server = openLoader<WholeAnswer, WholeOrder>('whole-server.ts', ['--expose-gc'])
    const browser = openLoader<Watched, BrowsersOrder>('browsers.ts')
    try {
      const { url } = await server.run({ act: 'open' })
      const api = createApi(url, BENCH_TOKEN)
      await browser.run({ act: 'open', url, token: BENCH_TOKEN, count: 1 })
      for (let times = 0; times < WARM_UPS; times++) await fire(api, WARM_UP_REQUESTS, say)
      await pause(1_000)
      const { rssBytes: before } = await server.run({ act: 'weigh' })
      await server.run({ act: 'count' })
      const burst = await fire(api, MAX_REQUESTS, say)
      const { counted } = await server.run({ act: 'open' })
      const { rssBytes: after } = await server.run({ act: 'weigh' })
      const off = differences(burst, counted) + MAX_REQUESTS - burst.sent
      await server.run({ act: 'close' })
      return {
        figures: [
          atMost('server fed 1,000,000 requests: memory more than the sample store, MB', 10, [(after - before) / MB]),
          exactly("requests that outcomes and the backends' own counts do not agree on, of 1,000,000", 0, [off]),
        ],
        leftOut: [],
      }
    } finally {
      browser.close()
      server.close()
    }
  },
}
