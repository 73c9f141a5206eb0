import { setTimeout as sleep } from 'node:timers/promises'
import type { Sample } from '#lib/protocol/model.ts'
import { type CutProxy, openCutProxy } from '../../cut-proxy.ts'
import { openBrowser } from '../../integration/dashboard.ts'
import { type NodePage, openNodePage } from '../../node-page.ts'
import { type Product, startProduct } from '../../product.ts'
import { randomOf } from '../../random.ts'
import { until } from '../../until.ts'
import { atLeast, atMost, exactly, type Part, type Row } from '../rows.ts'
import { INSPECTED, settledMb } from '../server-memory.ts'

const CUTS = 100
const CUT_BURST_MS = 10_000
const CUT_RATE = 1_000
const FROZEN_MS = 300_000
const WARM_UP_MS = 30_000
const FROZEN_RATE = 500
/** The server gives up one that does not answer its pings after 10 s; then the next one freezes. */
const FREEZE_AGAIN_MS = 4_000
const MOST_MB = 20

type Stage = { product: Product; proxy: CutProxy; close: () => Promise<void> }

async function openStage(env: Record<string, string> = {}): Promise<Stage> {
  let port = 0
  const proxy = await openCutProxy(() => port)
  const product = await startProduct({
    env: { ROBINSCOPE_FRONT_DOOR_KIND: 'built-in', ROBINSCOPE_ALLOWED_HOSTS: `127.0.0.1:${proxy.port}`, ...env },
  })
  port = product.port
  const close = async (): Promise<void> => {
    await product.stop()
    await proxy.close()
  }
  return { product, proxy, close }
}

const pageThrough = ({ product, proxy }: Stage): NodePage =>
  openNodePage(`http://127.0.0.1:${proxy.port}`, product.token)
const isLive = ({ store }: NodePage): boolean => store.getState().link.state === 'live'

/** What the page has of a burst beside what the server has: samples that are missing, and those that differ. */
async function compare(product: Product, page: NodePage, id: string): Promise<{ gaps: number; other: number }> {
  const answer = await fetch(`${product.url}/api/bursts/${id}/samples?format=ndjson`, {
    signal: AbortSignal.timeout(60_000),
  })
  const samples = (await answer.text())
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Sample)
  const { log } = page
  const missing = samples.filter(({ seq }) => !log.has(seq)).length
  const differing = samples.filter(
    ({ seq, sentUs, latencyUs, backend }) =>
      log.has(seq) &&
      (log.sentUs(seq) !== sentUs || log.latencyUs(seq) !== latencyUs || log.route(seq)?.backend !== backend),
  ).length
  return { gaps: missing + Math.abs(log.nextSeq - samples.length), other: differing }
}

/** Answers that the page counted more or fewer than the server: a sample taken in twice is counted twice. */
async function miscounted(product: Product, page: NodePage, id: string): Promise<number> {
  const { byBackend } = await product.api.burst(id)
  const counted = page.store.getState().shown.live.byBackend
  return byBackend.reduce(
    (sum, { backend, answered }) => sum + Math.abs((counted[backend]?.answered ?? 0) - answered),
    0,
  )
}

async function cutAgainAndAgain(say: (line: string) => void): Promise<Row[]> {
  const stage = await openStage()
  const { product, proxy } = stage
  const page = pageThrough(stage)
  const random = randomOf(1)
  const sums = { cuts: 0, samples: 0, gaps: 0, other: 0, doubles: 0, resynced: 0 }
  try {
    await until('the page is live', () => isLive(page))
    while (sums.cuts < CUTS) {
      const id = await product.api.start({ durationMs: CUT_BURST_MS, concurrency: 16, ratePerSecond: CUT_RATE })
      const endsAt = performance.now() + CUT_BURST_MS
      while (performance.now() < endsAt - 500) {
        await until('the page is live again', () => isLive(page), 10_000, 5)
        await sleep(random() * 400)
        sums.cuts += Number(proxy.cut() > 0)
      }
      const { sent } = await product.api.ended(id)
      await until('the page has it all', () => page.log.nextSeq >= sent && isLive(page), 15_000)
      await until('the page has counted it', async () => (await miscounted(product, page, id)) === 0, 3_000).catch(
        () => undefined,
      )
      const { gaps, other } = await compare(product, page, id)
      sums.samples += sent
      sums.gaps += gaps
      sums.other += other
      sums.doubles += await miscounted(product, page, id)
      sums.resynced += page.store.getState().shown.resynced?.missed ?? 0
      say(
        `${sums.cuts} cuts, ${sums.samples} samples, ${sums.gaps} gaps, ${sums.other} others, ${sums.doubles} miscounted`,
      )
    }
    const over = `over ${sums.cuts} forced cuts in bursts, ${sums.samples} samples`
    return [
      atLeast('forced cuts of a socket that was open', CUTS, sums.cuts),
      exactly(`samples that the page has not, ${over}`, 0, sums.gaps + sums.resynced),
      exactly(`samples that it has otherwise than the server, ${over}`, 0, sums.other),
      exactly(`answers counted twice or not, ${over}`, 0, sums.doubles),
    ]
  } finally {
    page.close()
    await stage.close()
  }
}

async function frozen(say: (line: string) => void): Promise<Row[]> {
  const stage = await openStage(INSPECTED)
  const { product, proxy } = stage
  const open: NodePage[] = [openNodePage(product.url, product.token)]
  let freezing: NodeJS.Timeout | undefined
  const load = (durationMs: number) =>
    product.api.run({ durationMs, concurrency: 16, ratePerSecond: FROZEN_RATE }, durationMs + 60_000)
  try {
    await load(WARM_UP_MS)
    const before = await settledMb(product)
    say(`before: ${before.toFixed(1)} MB`)
    const stopsReading = pageThrough(stage)
    open.push(stopsReading)
    await until('it is live', () => isLive(stopsReading))
    // Its network reads on, its page does nothing: no sample is ever taken in.
    const doesNothing = openBrowser(product.url, { token: product.token })
    open.push({ ...stopsReading, close: () => void doesNothing.disconnect() })
    freezing = setInterval(() => proxy.freeze(), FREEZE_AGAIN_MS)
    proxy.freeze()
    let most = 0
    const looking = setInterval(async () => {
      const now = await settledMb(product).catch(() => 0)
      most = Math.max(most, now)
      say(`${now.toFixed(1)} MB`)
    }, 30_000)
    const burst = await load(FROZEN_MS)
    clearInterval(looking)
    const after = await settledMb(product)
    const lag = open[0]?.log.nextSeq ?? 0
    return [
      atMost(
        `memory more after ${FROZEN_MS / 60_000} minutes at ${FROZEN_RATE} samples a second with two frozen browsers`,
        ...([MOST_MB, after - before, 'MB'] as const),
        `${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after, at most ${most.toFixed(0)} MB meanwhile`,
      ),
      atMost('at any time meanwhile', MOST_MB, Math.max(most, after) - before, 'MB'),
      exactly('samples that another browser lacks', 0, burst.sent - lag, `${burst.sent} samples`),
    ]
  } finally {
    clearInterval(freezing)
    for (const page of open) page.close()
    await stage.close()
  }
}

export const part: Part = {
  title: 'browsers that are cut off, and browsers that do not read',
  measure: async (say) => [...(await cutAgainAndAgain(say)), ...(await frozen(say))],
}
