import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from '@playwright/test'
import { BROWSER_ARGS, findOrInstallBrowser } from '../../browser.ts'
import { type NodePage, openNodePage } from '../../node-page.ts'
import { countValues, differences, pageNumbers } from '../../page-numbers.ts'
import { type Product, startProduct } from '../../product.ts'
import { randomOf } from '../../random.ts'
import { until } from '../../until.ts'
import { atMost, exactly, notMeasured, type Part, type Row, spanOf } from '../rows.ts'

const RUNS = 50
const LARGE = 100_000
const LARGE_ROUNDS = 5
const LARGE_LIMIT_MS = 1_500
const LARGE_FIGURE = `a run of ${LARGE} samples is exported, opened and shown, slowest of ${LARGE_ROUNDS}`

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

/** Without a screen: from the wish to the state that the panels read. */
async function shownInNode(product: Product, id: string, sent: number): Promise<Row[]> {
  const page = openNodePage(product.url, product.token)
  try {
    const took: number[] = []
    for (let round = 0; round < LARGE_ROUNDS; round++) {
      page.commands.showLive()
      const startedAt = performance.now()
      const ack = await page.commands.showRun(id)
      took.push(performance.now() - startedAt)
      if (!ack.ok) throw new Error(ack.problem.detail)
    }
    const { live } = page.store.getState().shown
    const missing = sent - page.log.nextSeq + page.log.firstSeq + LARGE - live.totals.answered
    return [
      atMost(`${LARGE_FIGURE}, without a screen`, LARGE_LIMIT_MS, Math.max(...took), 'ms', spanOf(took, 'ms')),
      exactly('samples of it that are not there, and answers that are not counted', 0, missing),
    ]
  } finally {
    page.close()
  }
}

/** From the click on an earlier run to the frame that shows its verdict, its tape and its charts. */
async function shownInABrowser(product: Product, say: (line: string) => void): Promise<Row> {
  const figure = `${LARGE_FIGURE}, from a click to its picture`
  const found = await findOrInstallBrowser(say)
  if (found.path === null) return notMeasured(figure, found.reason)
  const browser = await chromium.launch({ executablePath: found.path, args: BROWSER_ARGS })
  try {
    const page = await browser.newPage()
    await page.goto(product.url)
    const took: number[] = []
    for (let round = 0; round < LARGE_ROUNDS; round++) {
      const row = page.locator('button[title^="100,000 answered"]')
      await row.waitFor()
      const ms = await row.evaluate(async (button: HTMLButtonElement) => {
        const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
        const isShown = () =>
          document.querySelector('[data-testid="player"]') !== null &&
          document.querySelector('[data-testid="verdict"]')?.textContent?.includes('100,000 answered')
        const startedAt = performance.now()
        button.click()
        while (!isShown()) await frame()
        // One frame to draw it, and one to know that it is drawn.
        await frame()
        await frame()
        return performance.now() - startedAt
      })
      took.push(ms)
      await page.getByTestId('player').getByRole('button', { name: /live/ }).click()
      await page.getByTestId('player').waitFor({ state: 'detached' })
    }
    return atMost(figure, LARGE_LIMIT_MS, Math.max(...took), 'ms', spanOf(took, 'ms'))
  } finally {
    await browser.close()
  }
}

async function large(say: (line: string) => void): Promise<Row[]> {
  const product = await startProduct()
  try {
    const { id, sent } = await product.api.run({ requests: LARGE, concurrency: 64 }, 300_000)
    await product.api.run({ requests: 1 })
    say(`${sent} samples`)
    return [...(await shownInNode(product, id, sent)), await shownInABrowser(product, say)]
  } finally {
    await product.stop()
  }
}

export const part: Part = {
  title: 'a run that is shown again has the numbers that it had live',
  measure: async (say) => [...(await replays(say)), ...(await large(say))],
}
