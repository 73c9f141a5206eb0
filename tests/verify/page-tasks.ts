import type { BrowserPage } from '../../bench/browser-page.ts'

/** A task of the page's main thread: how long it took by the clock, and how much of that it worked on a processor. */
export type PageTask = { tookMs: number; workedMs: number }

type TraceEvent = {
  name: string
  ph: string
  pid: number
  tid: number
  dur?: number
  /** Processor time of the thread, like `dur` in microseconds; absent where it is less than one. */
  tdur?: number
  args?: { name?: string }
}

const TASK = 'ThreadControllerImpl::RunTask'
const PAGES_THREAD = 'CrRendererMain'

/** The tasks in a trace of Chromium. It may have a spare process for pages to come: the page is the one that did most. */
export function tasksIn(trace: { traceEvents: readonly TraceEvent[] }): PageTask[] {
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`
  const isName = ({ ph, name, args }: TraceEvent) => ph === 'M' && name === 'thread_name' && args?.name === PAGES_THREAD
  const threads = new Set(trace.traceEvents.filter(isName).map(threadOf))
  const tasks = Map.groupBy(
    trace.traceEvents.filter((event) => event.name === TASK && event.ph === 'X' && threads.has(threadOf(event))),
    threadOf,
  )
  const [pages = []] = [...tasks.values()].sort((one, other) => other.length - one.length)
  return pages.map(({ dur = 0, tdur = 0 }) => ({ tookMs: dur / 1_000, workedMs: tdur / 1_000 }))
}

/** What the page's main thread did meanwhile. Throws Error where the browser tells no processor time. */
export async function tasksDuring({ page }: BrowserPage, work: () => Promise<void>): Promise<PageTask[]> {
  const browser = page.context().browser()
  if (browser === null) throw new Error('A page without a browser cannot be traced')
  await browser.startTracing(page, { categories: ['__metadata', 'toplevel'] })
  await work()
  const tasks = tasksIn(JSON.parse(String(await browser.stopTracing())))
  if (tasks.every(({ workedMs }) => workedMs === 0)) throw new Error('The browser told no processor time of its tasks')
  return tasks
}
