import { setTimeout as sleep } from 'node:timers/promises'
import { type NodePage, openNodePage } from '../../node-page.ts'
import { countValues, differences, pageNumbers } from '../../page-numbers.ts'
import { type Product, startProduct } from '../../product.ts'
import { randomOf } from '../../random.ts'
import { until } from '../../until.ts'
import { atMost, exactly, type Part, type Row, spanOf } from '../rows.ts'

const RUNS = 50
const LARGE = 100_000
const LARGE_ROUNDS = 5
const LARGE_LIMIT_MS = 1_500

type Kept = { numbers: object; file: Blob }

/** A run as one of many: long or short, paced or not, alone or in a crowd, with a scale in it or without. */
async function runOne(product: Product, page: NodePage, random: () => number): Promise<Kept> {
  const concurrency = [1, 1, 8, 32][Math.floor(random() * 4)] ?? 1
  const isPaced = random() < 0.7
  const id = await product.api.start({
    requests: Math.ceil(random() * 600),
    concurrency,
    ...(isPaced && { ratePerSecond: 200 + Math.floor(random() * 300) }),
    // Some answers take longer than that.
    ...(random() < 0.2 && { timeoutMs: 1 }),
  })
  if (random() < 0.5) {
    await sleep(random() * 500)
    await product.api.scale(1 + Math.floor(random() * 4))
  }
  const { sent } = await product.api.ended(id)
  await until('the page has the whole run', () => {
    const { burst } = page.store.getState().shown
    return burst?.id === id && burst.status !== 'running' && page.log.nextSeq === sent
  })
  await page.commands.saveRun(id)
  const file = page.downloads.pop()
  if (!file) throw new Error(`${id} was not saved`)
  return { numbers: pageNumbers(page), file }
}

/** Each recorded run against what a page saw while it ran, on the server as long as its samples are there and from its file. */
async function replays(say: (line: string) => void): Promise<Row[]> {
  const product = await startProduct()
  const live = openNodePage(product.url, product.token)
  const later = openNodePage(product.url, product.token)
  const random = randomOf(8)
  const found = { server: [] as string[], file: [] as string[], played: [] as string[], values: 0 }
  try {
    await until('both pages are live', () => [live, later].every(({ store }) => store.getState().link.state === 'live'))
    const kept: Kept[] = []
    while (kept.length < RUNS) {
      const run = await runOne(product, live, random)
      kept.push(run)
      const id = live.store.getState().shown.burst?.id ?? ''
      await later.commands.showRun(id)
      found.server.push(...differences(pageNumbers(later), run.numbers).map((text) => `${id} ${text}`))
    }
    say(`${RUNS} runs seen, ${found.server.length} differences on the server's`)
    // None of the backends that answered is there any more.
    await product.api.scale(0)
    for (const { numbers, file } of kept) {
      const ack = await later.commands.openRunFile(file)
      if (!ack.ok) throw new Error(ack.problem.detail)
      found.file.push(...differences(pageNumbers(later), numbers))
      found.values += countValues(numbers)
      later.commands.seek(0)
      later.commands.setSpeed(100)
      later.commands.play()
      await until('it has played to its end', () => later.store.getState().shown.playing === null)
      found.played.push(...differences(pageNumbers(later), numbers))
    }
    for (const text of [...found.server, ...found.file, ...found.played].slice(0, 20)) say(text)
    const of = `${found.values} numbers of ${RUNS} runs`
    return [
      exactly('numbers that differ from the live page, shown from the server', 0, found.server.length, of),
      exactly('numbers that differ, opened from a file when its backends are gone', 0, found.file.length, of),
      exactly('numbers that differ at the end, when it has been played from its start', 0, found.played.length, of),
    ]
  } finally {
    live.close()
    later.close()
    await product.stop()
  }
}

async function large(say: (line: string) => void): Promise<Row[]> {
  const product = await startProduct()
  const page = openNodePage(product.url, product.token)
  try {
    const { id, sent } = await product.api.run({ requests: LARGE, concurrency: 64 }, 300_000)
    const took: number[] = []
    for (let round = 0; round < LARGE_ROUNDS; round++) {
      page.commands.showLive()
      const startedAt = performance.now()
      const ack = await page.commands.showRun(id)
      took.push(performance.now() - startedAt)
      if (!ack.ok) throw new Error(ack.problem.detail)
    }
    const { live } = page.store.getState().shown
    say(`${page.log.nextSeq} samples`)
    return [
      atMost(
        `a run of ${LARGE} samples is exported, opened and shown, slowest of ${LARGE_ROUNDS}`,
        ...([LARGE_LIMIT_MS, Math.max(...took), 'ms', `${spanOf(took, 'ms')}, without a browser's drawing`] as const),
      ),
      exactly('samples of it that are not there', 0, sent - page.log.nextSeq + page.log.firstSeq),
      exactly('answers of it that are not counted', 0, LARGE - live.totals.answered),
    ]
  } finally {
    page.close()
    await product.stop()
  }
}

export const part: Part = {
  title: 'a run that is shown again has the numbers that it had live',
  measure: async (say) => [...(await replays(say)), ...(await large(say))],
}
