import { type Browser, chromium, type Page } from '@playwright/test'
import { BROWSER_ARGS, findOrInstallBrowser } from '../../browser.ts'
import { DashboardPage } from '../../e2e/dashboard-page.ts'
import { type Product, startProduct } from '../../product.ts'
import { atMost, notMeasured, type Part, type Row } from '../rows.ts'

const ROUNDS = 11
const NEW_PAGE_LIMIT_MS = 1_000
const DRAWN_LIMIT_MS = 100

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity

/** From the start of the navigation to the frame that shows every backend's name, in a browser that has nothing kept. */
async function newPageMs(browser: Browser, product: Product): Promise<number> {
  const { backends } = await product.api.cluster()
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.addInitScript(
    (digits) => {
      const look = (): void => {
        const text = document.body?.textContent ?? ''
        if (digits.every((one) => text.includes(one))) {
          requestAnimationFrame(() => performance.mark('cluster-shown'))
          return
        }
        requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    },
    backends.map(({ backend }) => backend.slice(0, 4)),
  )
  await page.goto(product.url)
  const shown = await page.waitForFunction(() => performance.getEntriesByName('cluster-shown')[0]?.startTime)
  const ms = await shown.jsonValue()
  await context.close()
  return ms ?? Infinity
}

/** Marks when each message of the socket comes in, and when the page has drawn after a change of its content. */
async function watchAnswers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const Original = WebSocket
    class Watched extends Original {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols)
        this.addEventListener('message', ({ data }) => {
          if (typeof data === 'string' && data.startsWith('43')) performance.mark('answer')
        })
      }
    }
    window.WebSocket = Watched
    addEventListener('DOMContentLoaded', () => {
      new MutationObserver(() => {
        const waits =
          performance.getEntriesByName('answer').length > 0 && performance.getEntriesByName('drawn').length === 0
        if (waits) requestAnimationFrame(() => setTimeout(() => performance.mark('drawn')))
      }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
    })
  })
}

/** One click on "Send burst" (one request): from its answer's arrival to the frame that shows it. */
async function answerDrawnMs(page: Page, dashboard: DashboardPage): Promise<number> {
  await page.evaluate(() => performance.clearMarks())
  await dashboard.send.click()
  const drawn = await page.waitForFunction(() => {
    const [answer] = performance.getEntriesByName('answer')
    const [end] = performance.getEntriesByName('drawn')
    return answer && end ? { ms: end.startTime - answer.startTime } : null
  })
  const value = await drawn.jsonValue()
  await dashboard.verdict(/1 answered/).waitFor()
  return value?.ms ?? Infinity
}

async function rowsOf(browser: Browser, product: Product): Promise<Row[]> {
  const opened: number[] = []
  for (let round = 0; round < ROUNDS; round++) opened.push(await newPageMs(browser, product))
  const page = await browser.newPage()
  await watchAnswers(page)
  const dashboard = new DashboardPage(page)
  await dashboard.open(product.url)
  await dashboard.requests.fill('1')
  const answers: number[] = []
  for (let round = 0; round < ROUNDS; round++) answers.push(await answerDrawnMs(page, dashboard))
  const note = (values: number[]): string => `median ${median(values).toFixed(0)} of ${ROUNDS}`
  return [
    atMost('a new page shows the cluster after, slowest', NEW_PAGE_LIMIT_MS, Math.max(...opened), 'ms', note(opened)),
    atMost(
      "a click's answer is drawn after its arrival, slowest",
      DRAWN_LIMIT_MS,
      Math.max(...answers),
      'ms',
      note(answers),
    ),
  ]
}

export const part: Part = {
  title: 'the page answers at once',
  measure: async (say) => {
    const found = await findOrInstallBrowser(say)
    if (found.path === null) return [notMeasured('the page answers at once', found.reason)]
    const product = await startProduct()
    const browser = await chromium.launch({ executablePath: found.path, args: BROWSER_ARGS })
    try {
      return await rowsOf(browser, product)
    } finally {
      await browser.close()
      await product.stop()
    }
  },
}
