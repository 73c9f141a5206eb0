import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeFrame } from '#lib/protocol/frame.ts'
import type { Burst, Totals } from '#lib/protocol/model.ts'
import { NO_ROUTE, OUTCOME_AT, outcomeOf, ROUTE_AT, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import { type NodePage, openNodePage } from '#tests/node-page.ts'
import { until } from '#tests/until.ts'
import { type Browser, type OpenDashboard, openBrowser, openTestDashboard, TOKEN, withToken } from './dashboard.ts'

let dashboard: OpenDashboard
const browsers: Browser[] = []

beforeEach(async () => {
  dashboard = await openTestDashboard()
})
afterEach(async () => {
  for (const browser of browsers.splice(0)) browser.disconnect()
  await dashboard.close()
})

const start = async (request: object): Promise<string> => {
  const answer = await fetch(`${dashboard.origin}/api/bursts`, withToken('POST', request))
  return ((await answer.json()) as { id: string }).id
}
const look = async (id: string, waitMs = 0): Promise<Burst> =>
  (await fetch(`${dashboard.origin}/api/bursts/${id}?waitMs=${waitMs}`)).json() as Promise<Burst>

const settledOf = ({ answered, failed, timedOut, cancelled }: Totals): number =>
  answered + failed + timedOut + cancelled
const answeredIn = (burst: Burst): Record<string, number> =>
  Object.fromEntries(burst.byBackend.map(({ backend, answered }) => [backend, answered]))

/** Counts as a page does: from the summary that it is welcomed with on, each later sample once. Resolves at the burst's end. */
function latePage(): Promise<{ counts: Record<string, number>; final: Burst }> {
  const socket = openBrowser(dashboard.origin)
  browsers.push(socket)
  const { promise, resolve, reject } = Promise.withResolvers<{ counts: Record<string, number>; final: Burst }>()
  let counts: Record<string, number> = {}
  let next = 0
  const backends: (string | null)[] = []
  socket.on('connect_error', reject)
  socket.on('welcomed', ({ burst }) => {
    if (!burst) return reject(new Error('It is not late'))
    counts = answeredIn(burst)
    next = settledOf(burst)
  })
  socket.on('burst:frame', (bytes) => {
    const { burst, firstSeq, samples, tables } = decodeFrame(new Uint8Array(bytes))
    for (const { index, backend } of tables?.routes ?? []) backends[index] = backend
    for (let at = 0; at < samples.length; at += SAMPLE_WORDS) {
      const seq = firstSeq + at / SAMPLE_WORDS
      const backend = backends[samples[at + ROUTE_AT] ?? NO_ROUTE]
      if (seq < next || outcomeOf(samples[at + OUTCOME_AT] ?? 0) !== 'answered' || !backend) continue
      counts[backend] = (counts[backend] ?? 0) + 1
    }
    next = Math.max(next, firstSeq + samples.length / SAMPLE_WORDS)
    socket.emit('frame:taken', { burst, nextSeq: next })
  })
  socket.on('burst:finished', (final) => resolve({ counts, final }))
  return promise
}

describe('a summary of a running burst', () => {
  it('has counts by backend and status that add up to its totals', async () => {
    const id = await start({ durationMs: 60_000, concurrency: 16, ratePerSecond: 4_000 })
    const looks: Burst[] = []
    while (looks.length < 40 || looks.at(-1)?.answered === 0) looks.push(await look(id))
    await fetch(`${dashboard.origin}/api/bursts/${id}`, withToken('DELETE'))
    const wrong = looks.filter(({ answered, byBackend, byStatus }) => {
      const byBackends = byBackend.reduce((sum, one) => sum + one.answered, 0)
      const byStatuses = Object.values(byStatus).reduce((sum, count) => sum + count, 0)
      return byBackends !== answered || byStatuses !== answered
    })
    expect(looks.at(-1)?.answered).toBeGreaterThan(0)
    expect(wrong.map(({ answered, byBackend }) => ({ answered, byBackend }))).toEqual([])
  })
})

describe('a page opened in mid-burst', () => {
  it("shows the server's numbers at the end, by the page's own code", async () => {
    const id = await start({ requests: 6_000, concurrency: 16, ratePerSecond: 2_000 })
    const pages: NodePage[] = []
    for (let asked = 0; (await look(id)).status === 'running'; asked++)
      if (asked % 10 === 5 && pages.length < 8) pages.push(openNodePage(dashboard.origin, TOKEN))
    const final = await look(id)
    expect(pages.length).toBeGreaterThan(3)
    for (const page of pages) {
      const shown = () => page.store.getState().shown
      await until('it has heard of the end', () => shown().burst?.status === 'finished')
      await until("it shows the server's numbers", () => shown().live.totals.answered === final.answered)
      const counts = Object.entries(shown().live.byBackend).map(([backend, { answered }]) => [backend, answered])
      expect(Object.fromEntries(counts)).toEqual(answeredIn(final))
      page.close()
    }
  })

  it("ends with the server's numbers, to the request", async () => {
    const id = await start({ requests: 6_000, concurrency: 16, ratePerSecond: 2_000 })
    const pages: ReturnType<typeof latePage>[] = []
    for (let before = -1; pages.length < 8; ) {
      const { answered, status } = await look(id)
      if (status !== 'running') break
      if (answered === before) continue
      before = answered
      pages.push(latePage())
    }
    const final = answeredIn(await look(id, 30_000))
    expect(pages.length).toBeGreaterThan(3)
    for (const page of await Promise.all(pages)) {
      expect(page.counts).toEqual(final)
      expect(answeredIn(page.final)).toEqual(final)
    }
  })
})
