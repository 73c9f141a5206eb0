import { setTimeout as pause } from 'node:timers/promises'
import { type BrowserPage, longTasksOf, openBrowserPage, watchLongTasks } from '../browser-page.ts'
import { atMost, exactly, type Figure, type Part, type Say } from '../figure.ts'

const ROUNDS = 5
const SECONDS = 30
const PER_SECOND = 10_000
const HOUR = { requests: 1_800_000, perSecond: 500 }
const AGREE_WITHIN_MS = 1_000
const MB = 1_048_576

type Round = { longTasks: number; scriptMsPerSecond: number; off: number }

async function scriptSeconds({ cdp }: BrowserPage): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN
}

const digitsOf = (text: string | null | undefined): number => Number(/[\d,]+/.exec(text ?? '')?.[0].replaceAll(',', ''))

/** By how many requests verdict, diagram, tape and table differ from the total, all together. */
async function offBy({ page }: BrowserPage, total: number): Promise<number> {
  const verdict = digitsOf(await page.getByTestId('verdict').textContent())
  const labels = await page
    .locator('[aria-label^="backend "]')
    .evaluateAll((marks) => marks.map((one) => one.ariaLabel))
  const nodes = labels.reduce((sum, label) => sum + digitsOf(/[\d,]+ answered/.exec(label ?? '')?.[0]), 0)
  const tape = Number(await page.getByRole('slider').getAttribute('aria-valuemax')) + 1
  await page.keyboard.press('t')
  const newest = Number(await page.getByRole('row').last().getByRole('cell').first().textContent()) + 1
  await page.keyboard.press('t')
  return [verdict, nodes, tape, newest].reduce((sum, shown) => sum + Math.abs(shown - total), 0)
}

async function round(browser: BrowserPage, number: number): Promise<Round> {
  const { page, backends } = browser
  const requests = SECONDS * PER_SECOND
  const tasksBefore = await longTasksOf(page)
  const before = await scriptSeconds(browser)
  await browser.play({ kind: 'stream', script: { number, backends, requests, perSecond: PER_SECOND } })
  const scriptMsPerSecond = ((await scriptSeconds(browser)) - before) * (1_000 / SECONDS)
  const longTasks = (await longTasksOf(page)) - tasksBefore
  await pause(AGREE_WITHIN_MS)
  return { longTasks, scriptMsPerSecond, off: await offBy(browser, requests) }
}

/** Objects and array buffers after a collection, bytes. */
async function heap({ cdp }: BrowserPage): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage')
  await cdp.send('HeapProfiler.collectGarbage')
  const usage: { usedSize: number; backingStorageSize?: number } = await cdp.send('Runtime.getHeapUsage')
  return usage.usedSize + (usage.backingStorageSize ?? 0)
}

async function measureHeap(say: Say): Promise<Figure> {
  const browser = await openBrowserPage(say)
  try {
    await browser.cdp.send('HeapProfiler.enable')
    const before = await heap(browser)
    await browser.play({ kind: 'feed', script: { number: 1, backends: browser.backends, ...HOUR } })
    await pause(AGREE_WITHIN_MS)
    const grown = ((await heap(browser)) - before) / MB
    return atMost('page fed 1,800,000 samples: heap more after a collection, MB', 6, [grown])
  } finally {
    await browser.close()
  }
}

async function measureStream(say: Say): Promise<Figure[]> {
  const browser = await openBrowserPage(say)
  try {
    await browser.cdp.send('Performance.enable')
    await watchLongTasks(browser.page)
    const rounds: Round[] = []
    for (let number = 1; number <= ROUNDS; number++) {
      say(`round ${number} of ${ROUNDS}, ${SECONDS} s of ${PER_SECOND} samples a second`)
      rounds.push(await round(browser, number))
    }
    const of = (key: keyof Round): number[] => rounds.map((one) => one[key])
    return [
      atMost('page at 10,000 samples a second for 30 s: long tasks over 50 ms', 0, of('longTasks')),
      atMost('page at 10,000 samples a second: script time, ms a second', 300, of('scriptMsPerSecond')),
      exactly("requests by which the page and the server's totals differ 1 s after a burst", 0, of('off')),
    ]
  } finally {
    await browser.close()
  }
}

export const page: Part = {
  name: 'page',
  what: 'what the page costs a browser at full speed, and what an hour of samples leaves in it',
  measure: async (say) => {
    const figures = await measureStream(say)
    say('feeding an hour at 500 a second')
    return { figures: [...figures, await measureHeap(say)], leftOut: [] }
  },
}
