import { createPage } from '#lib/client/page.ts'
import { encodeRunFile, type RunFile } from '#lib/protocol/run-file.ts'

/** A page that is not connected, whose clock is the test's; it fetches the runs of `kept`. */
export function openPage(kept: Record<string, RunFile> = {}) {
  let nowMs = 0
  let timers: { atMs: number; run: () => void }[] = []
  const downloads: { file: Blob; name: string }[] = []
  const page = createPage({
    readToken: () => '',
    reloading: () => ({ storage: null, reload: () => undefined }),
    asksForToken: async () => false,
    files: {
      fetchRun: async (id) => {
        const file = kept[id]
        const problem = { status: 404, code: 'not-found', detail: `There is no run ${id}.` }
        return file ? new Response(encodeRunFile(file)) : Response.json(problem, { status: 404 })
      },
      download: (file, name) => void downloads.push({ file, name }),
    },
    clock: {
      now: () => nowMs,
      after: (ms, run) => {
        const timer = { atMs: nowMs + ms, run }
        timers.push(timer)
        return timer
      },
      cancel: (handle) => {
        timers = timers.filter((timer) => timer !== handle)
      },
    },
    today: () => 0,
  })
  const wait = (ms: number) => {
    const untilMs = nowMs + ms
    for (;;) {
      const [due] = timers.toSorted((one, other) => one.atMs - other.atMs)
      if (!due || due.atMs > untilMs) break
      timers = timers.filter((timer) => timer !== due)
      nowMs = due.atMs
      due.run()
    }
    nowMs = untilMs
  }
  return { page, wait, downloads, shown: () => page.store.getState().shown }
}
