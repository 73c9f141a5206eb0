import { type BrowserPage, longTasksOf, openBrowserPage, watchLongTasks } from '../../../bench/browser-page.ts'
import { type PageTask, tasksDuring } from '../page-tasks.ts'
import { exactly, type Part, type Row } from '../rows.ts'

const SECONDS = 30
const PER_SECOND = 10_000
/** The browser's own bound for a long task. */
const LONG_MS = 50

/** Pictures that the page has drawn from now on, counted by itself. */
const watchPictures = ({ page }: BrowserPage): Promise<void> =>
  page.evaluate(() => {
    const counter = globalThis as unknown as { pictures: number }
    counter.pictures = 0
    const count = (): void => {
      counter.pictures++
      requestAnimationFrame(count)
    }
    requestAnimationFrame(count)
  })

const picturesOf = ({ page }: BrowserPage): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { pictures: number }).pictures)

const failedOf = async ({ page }: BrowserPage): Promise<number> =>
  Number((await page.locator('dt:text-is("failed") + dd').textContent())?.replaceAll(',', ''))

/** Where both times are far apart, the page did not work: it waited for a processor, or for the browser's other threads. */
function longestByClock(tasks: readonly PageTask[]): string {
  const longest = tasks.reduce((most, task) => (task.tookMs > most.tookMs ? task : most))
  return `the longest task took ${longest.tookMs.toFixed(0)} ms, of which it worked ${longest.workedMs.toFixed(0)} ms`
}

function longestByWork(tasks: readonly PageTask[]): string {
  const most = Math.max(...tasks.map(({ workedMs }) => workedMs))
  const inAll = tasks.reduce((sum, { workedMs }) => sum + workedMs, 0) / SECONDS
  return `the most was ${most.toFixed(0)} ms; ${inAll.toFixed(0)} ms a second in all`
}

async function outage(browser: BrowserPage, number: number, shown: string): Promise<Row[]> {
  const requests = SECONDS * PER_SECOND
  const script = { number, backends: browser.backends, requests, perSecond: PER_SECOND, isOutage: true }
  let [longTasks, pictures] = [0, 0]
  // The tracing's own beginning and end are no part of the outage.
  const tasks = await tasksDuring(browser, async () => {
    const before = { longTasks: await longTasksOf(browser.page), pictures: await picturesOf(browser) }
    await browser.play({ kind: 'stream', script })
    longTasks = (await longTasksOf(browser.page)) - before.longTasks
    pictures = ((await picturesOf(browser)) - before.pictures) / SECONDS
  })
  await browser.page
    .getByText(`${requests.toLocaleString('en')} of ${requests.toLocaleString('en')}`)
    .first()
    .waitFor()
  const load = `outage at ${PER_SECOND.toLocaleString('en')} a second for ${SECONDS} s, ${shown}`
  const working = tasks.filter(({ workedMs }) => workedMs > LONG_MS)
  return [
    exactly(
      `${load}: long tasks over ${LONG_MS} ms on the page`,
      ...([0, longTasks, `${pictures.toFixed(0)} pictures a second; ${longestByClock(tasks)}`] as const),
    ),
    exactly(
      `${load}: tasks that worked over ${LONG_MS} ms on a processor`,
      ...([0, working.length, longestByWork(tasks)] as const),
    ),
    exactly(`${load}: failed on the page less failed on the server`, 0, (await failedOf(browser)) - requests),
  ]
}

export const part: Part = {
  title: 'the page in a total outage',
  measure: async (say) => {
    const browser = await openBrowserPage(say)
    try {
      await watchLongTasks(browser.page)
      await watchPictures(browser)
      say(`${SECONDS} s with the tape`)
      const rows = await outage(browser, 1, 'tape shown')
      say(`${SECONDS} s with the table of the failed ones`)
      await browser.page.getByRole('button', { name: 'Show them' }).click()
      await browser.page.getByRole('table').first().waitFor()
      return [...rows, ...(await outage(browser, 2, 'table of failed requests shown'))]
    } finally {
      await browser.close()
    }
  },
}
