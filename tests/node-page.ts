import { createPage, type Page } from '#lib/client/page.ts'
import type { RateSeries } from '#lib/client/rate-series.ts'
import type { SampleLog } from '#lib/client/sample-log.ts'

/** What a page knows, by the page's own code, without a browser. */
export type NodePage = Page & {
  /** Of the run that is shown. */
  readonly log: SampleLog
  readonly rates: RateSeries
  /** What the person got to keep, newest last. */
  downloads: Blob[]
  close(): void
}

export type NodePageOptions = {
  /** Timers as a tab in the background has them: none runs sooner than this. */
  timersWaitMs?: number
}

/** Connects as the page does: resumes after every cut, says how far it took the samples in. */
export function openNodePage(url: string, token: string, { timersWaitMs = 0 }: NodePageOptions = {}): NodePage {
  const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined }
  const downloads: Blob[] = []
  const page = createPage({
    readToken: () => token,
    reloading: () => ({ storage, reload: () => undefined }),
    asksForToken: async () => (await fetch(`${url}/api/health`)).status === 401,
    files: {
      fetchRun: (id) => fetch(`${url}/api/runs/${id}?format=file`),
      download: (file) => void downloads.push(file),
    },
    clock: {
      now: () => performance.now(),
      after: (ms, run) => setTimeout(run, Math.max(ms, timersWaitMs)),
      cancel: (handle) => clearTimeout(handle as NodeJS.Timeout),
    },
    today: Date.now,
    url,
  })
  const disconnect = page.connect()
  return {
    ...page,
    get log() {
      return page.view().log
    },
    get rates() {
      return page.view().rates
    },
    downloads,
    close: disconnect,
  }
}
