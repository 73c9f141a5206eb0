import { setTimeout as sleep } from 'node:timers/promises'
import { openCutProxy } from '../../cut-proxy.ts'
import { openNodePage } from '../../node-page.ts'
import { startProduct } from '../../product.ts'
import { until } from '../../until.ts'
import { atMost, exactly, type Part, type Row } from '../rows.ts'

const HIDDEN_MS = 600_000
const RATE = 500
/** What browsers make of the timers of a tab that has been in the background for five minutes. */
const TIMERS_WAIT_MS = 60_000
const SETTLES_MS = 2_000
const QUIET_MS = 15_000
/** A ping and a pong every 5 s are some 10 bytes each time. */
const QUIET_BYTES = 200

async function hidden(say: (line: string) => void): Promise<Row[]> {
  let port = 0
  const proxy = await openCutProxy(() => port)
  const product = await startProduct({
    env: { ROBINSCOPE_FRONT_DOOR_KIND: 'built-in', ROBINSCOPE_ALLOWED_HOSTS: `127.0.0.1:${proxy.port}` },
  })
  port = product.port
  const page = openNodePage(`http://127.0.0.1:${proxy.port}`, product.token, { timersWaitMs: TIMERS_WAIT_MS })
  const looking = setInterval(() => {
    const { live, resynced } = page.store.getState().shown
    say(`${live.totals.answered} answered, ${resynced?.missed ?? 0} samples missed`)
  }, 60_000)
  try {
    await until('the page is live', () => page.store.getState().link.state === 'live')
    const burst = await product.api.run(
      { durationMs: HIDDEN_MS, concurrency: 16, ratePerSecond: RATE },
      HIDDEN_MS + 60_000,
    )
    await until('the page heard of the end', () => page.store.getState().shown.burst?.status === 'finished')
    const { log, rates } = page
    const { live, resynced } = page.store.getState().shown
    const kept = Array.from({ length: log.nextSeq - log.firstSeq }, (_, at) => log.has(log.firstSeq + at))
    const missed = rates.buckets.reduce((sum, bucket) => sum + bucket.missed, 0)
    const miscounted = burst.byBackend.reduce(
      (sum, { backend, answered }) => sum + Math.abs((live.byBackend[backend]?.answered ?? 0) - answered),
      0,
    )
    await sleep(SETTLES_MS)
    const before = proxy.bytes()
    await sleep(QUIET_MS)
    const said = proxy.bytes() - before
    const over = `${burst.sent} samples in ${HIDDEN_MS / 60_000} minutes`
    return [
      exactly(
        `samples that a page misses whose timers run once a minute, at ${RATE} a second`,
        ...([0, (resynced?.missed ?? 0) + burst.sent - log.nextSeq, over] as const),
      ),
      exactly('holes among the samples that it keeps', 0, kept.filter((isThere) => !isThere).length),
      exactly('requests that its chart marks as missed', 0, missed),
      exactly('answers that it counts more or fewer than the server', 0, miscounted),
      atMost(`said in ${QUIET_MS / 1_000} s after the end, both ways`, QUIET_BYTES, said, 'bytes'),
    ]
  } finally {
    clearInterval(looking)
    page.close()
    await product.stop()
    await proxy.close()
  }
}

export const part: Part = { title: 'a tab in the background stays whole, and quiet', measure: hidden }
