import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from '@playwright/test'
import { BROWSER_ARGS, findOrInstallBrowser } from './browser.ts'
import { DashboardPage } from './e2e/dashboard-page.ts'
import { backendProcess } from './processes.ts'
import { type Product, startProduct } from './product.ts'
import { until } from './until.ts'

// npm run pictures: the README's pictures, of the real page in real bursts.
const FOLDER = fileURLToPath(new URL('../docs/pictures/', import.meta.url))
const WIDE = { width: 1440, height: 900 }
const NARROW = { width: 390, height: 844 }

async function open(browser: Browser, product: Product, colorScheme: 'light' | 'dark', viewport = WIDE) {
  const page = await browser.newPage({ viewport, colorScheme, deviceScaleFactor: 2 })
  const dashboard = new DashboardPage(page)
  await dashboard.open(product.url)
  return dashboard
}

async function take(dashboard: DashboardPage, name: string): Promise<void> {
  await dashboard.chartsAreDrawn()
  await dashboard.page.screenshot({ path: `${FOLDER}${name}.png` })
}

const sent = async (product: Product, count: number): Promise<unknown> => {
  const { id } = await product.api.running()
  return until(`${count} were sent`, async () => (await product.api.burst(id)).sent >= count)
}

/** Eight a second over three backends, taken in mid-burst: dots in the air, a staircase on the tape. */
async function calm(browser: Browser, product: Product): Promise<void> {
  const dashboard = await open(browser, product, 'light')
  await dashboard.sendBurst({ requests: 120, perSecond: 8 })
  await sent(product, 72)
  await take(dashboard, 'calm')
  await dashboard.cancel.click()
  await dashboard.page.close()
}

/** The same, and one of three is killed from outside on the way. */
async function failover(browser: Browser, product: Product): Promise<void> {
  const dashboard = await open(browser, product, 'dark')
  await dashboard.sendBurst({ requests: 120, perSecond: 8 })
  await sent(product, 40)
  const { backends } = await product.api.cluster()
  process.kill(backendProcess(product.pid, backends[1]?.backend ?? ''), 'SIGKILL')
  await sent(product, 76)
  await take(dashboard, 'failover')
  await dashboard.cancel.click()
  await dashboard.page.close()
}

async function narrow(browser: Browser, product: Product): Promise<void> {
  const dashboard = await open(browser, product, 'light', NARROW)
  await dashboard.sendBurst({ requests: 40, perSecond: 8 })
  await dashboard.page.evaluate(() => scrollTo(0, 0))
  await sent(product, 24)
  await take(dashboard, 'narrow')
  await dashboard.page.close()
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const found = await findOrInstallBrowser(say)
if (found.path === null) throw new Error(found.reason)
mkdirSync(FOLDER, { recursive: true })
const product = await startProduct({ env: { ROBINSCOPE_REPLICAS: '3' } })
const browser = await chromium.launch({ executablePath: found.path, args: BROWSER_ARGS })
try {
  for (const [name, picture] of Object.entries({ calm, narrow, failover })) {
    await picture(browser, product)
    say(`docs/pictures/${name}.png`)
  }
} finally {
  await browser.close()
  await product.stop()
}
