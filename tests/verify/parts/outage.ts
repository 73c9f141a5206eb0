import { type BrowserPage, longTasksOf, openBrowserPage, watchLongTasks } from '../../../bench/browser-page.ts'
import { exactly, type Part, type Row } from '../rows.ts'

const SECONDS = 30
const PER_SECOND = 10_000

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

async function outage(browser: BrowserPage, number: number, shown: string): Promise<Row[]> {
  const requests = SECONDS * PER_SECOND
  const [tasksBefore, picturesBefore] = [await longTasksOf(browser.page), await picturesOf(browser)]
  const script = { number, backends: browser.backends, requests, perSecond: PER_SECOND, isOutage: true }
  await browser.play({ kind: 'stream', script })
  const pictures = ((await picturesOf(browser)) - picturesBefore) / SECONDS
  const tasks = (await longTasksOf(browser.page)) - tasksBefore
  await browser.page
    .getByText(`${requests.toLocaleString('en')} of ${requests.toLocaleString('en')}`)
    .first()
    .waitFor()
  const load = `outage at ${PER_SECOND.toLocaleString('en')} a second for ${SECONDS} s, ${shown}`
  return [
    exactly(`${load}: long tasks over 50 ms on the page`, 0, tasks, `${pictures.toFixed(0)} pictures a second`),
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
