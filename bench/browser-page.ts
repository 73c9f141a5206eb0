import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { type CDPSession, chromium, type Page } from '@playwright/test'
import { BROWSER_ARGS, findOrInstallBrowser } from '#tests/browser.ts'
import type { PageOrder } from './children/page-server.ts'
import type { Say } from './figure.ts'

/** The built page in a headless Chromium, before a scripted server in a process of its own. */
export type BrowserPage = {
  page: Page
  cdp: CDPSession
  backends: string[]
  /** Resolves when the server has told the whole burst. */
  play: (order: PageOrder) => Promise<void>
  close: () => Promise<void>
}

/** Many times what the longest order takes: a page that hears nothing ends the part with an error instead of keeping it. */
const PLAYED_WITHIN_MS = 180_000

/** No headless machine has a GPU, and one that Chromium imitates costs more than the page. */
const ARGS = [...BROWSER_ARGS, '--disable-gpu']

/** Throws Error where no Chromium starts. */
export async function openBrowserPage(say: Say): Promise<BrowserPage> {
  const found = await findOrInstallBrowser(say)
  if (found.path === null) throw new Error(found.reason)
  const server = fork(new URL('./children/page-server.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const opened: { close: () => Promise<void> }[] = [{ close: async () => void server.kill('SIGKILL') }]
  const close = async () => {
    for (const one of opened.splice(0).reverse()) await one.close()
  }
  try {
    const [{ port, backends }] = (await messageOf(server)) as [{ port: number; backends: string[] }]
    const browser = await chromium.launch({ executablePath: found.path, args: ARGS })
    opened.push(browser)
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(`http://127.0.0.1:${port}`)
    await page.getByText('Nothing sent yet.').first().waitFor()
    const cdp = await page.context().newCDPSession(page)
    return { ...{ page, cdp, backends, close }, play: (order) => play(server, order) }
  } catch (error) {
    await close()
    throw error
  }
}

async function play(server: ChildProcess, order: PageOrder): Promise<void> {
  const done = messageOf(server)
  server.send(order)
  const late = new AbortController()
  const limit = pause(PLAYED_WITHIN_MS, null, { signal: late.signal, ref: false }).then(() => {
    throw new Error(`The page did not take its samples within ${PLAYED_WITHIN_MS / 1000} s`)
  })
  limit.catch(() => {})
  await Promise.race([done, limit]).finally(() => late.abort())
}

/** Long tasks of the page from now on, counted by the browser itself. */
export const watchLongTasks = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const counter = globalThis as unknown as { longTasks: number }
    counter.longTasks = 0
    new PerformanceObserver((list) => {
      counter.longTasks += list.getEntries().length
    }).observe({ type: 'longtask' })
  })

/** So many since `watchLongTasks`. */
export const longTasksOf = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { longTasks: number }).longTasks)

async function messageOf(child: ChildProcess): Promise<unknown[]> {
  const aborted = new AbortController()
  const { signal } = aborted
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('The scripted server ended')
  })
  ended.catch(() => {})
  const message = once(child, 'message', { signal })
  message.catch(() => {})
  try {
    return await Promise.race([message, ended])
  } finally {
    aborted.abort()
  }
}
