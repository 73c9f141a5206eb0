import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeFrame, type Frame } from '#lib/protocol/frame.ts'
import { MAX_EXPORTS } from '#lib/protocol/limits.ts'
import { failedInAll } from '#lib/protocol/model.ts'
import type { KeptSamples, Run } from '#lib/protocol/run.ts'
import { decodeRunFile } from '#lib/protocol/run-file.ts'
import { NO_ROUTE, ROUTE_AT, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import { until } from '#tests/until.ts'
import { type OpenDashboard, openBrowser, openTestDashboard, withToken } from './dashboard.ts'

const LONG_RUN = 80_000
let dashboard: OpenDashboard
beforeEach(async () => {
  dashboard = await openTestDashboard()
})
afterEach(() => dashboard.close())

type Kept = Run & { kept: KeptSamples }
const call = async (method: string, path: string, body?: unknown) =>
  fetch(dashboard.origin + path, method === 'GET' ? {} : withToken(method, body))
const json = async <Value>(path: string): Promise<Value> => (await call('GET', path)).json() as Promise<Value>
const scale = (replicas: number) => call('PUT', '/api/cluster/replicas', { replicas })
const start = async (request: object): Promise<string> =>
  ((await (await call('POST', '/api/bursts', request)).json()) as { id: string }).id
const ended = (id: string) => json<Kept>(`/api/bursts/${id}?waitMs=30000`)
const answered = (id: string, count: number) =>
  until(`${count} are answered`, async () => (await json<Run>(`/api/bursts/${id}`)).answered >= count)

/** One from two backends to three and back, at each of which it goes on for a while; and then only one is left. */
async function storyOfAScale(): Promise<string> {
  const id = await start({ durationMs: 60_000, ratePerSecond: 200 })
  await answered(id, 20)
  for (const replicas of [3, 2]) {
    await scale(replicas)
    await answered(id, (await json<Run>(`/api/bursts/${id}`)).answered + 20)
  }
  await call('DELETE', `/api/bursts/${id}`)
  await scale(1)
  return id
}

describe('a run that is over', () => {
  it('has its configurations, backends and actions, whatever became of the cluster', async () => {
    const id = await storyOfAScale()
    const run = await json<Kept>(`/api/runs/${id}`)
    expect(run.backends.map(({ number }) => number)).toEqual([1, 2, 3])
    for (const { address, name } of run.backends) expect([address, name]).not.toContain(null)
    expect(run.stretches.map(({ generation }) => generation)).toEqual(['fake-1', 'fake-2', 'fake-3'])
    expect(run.verdict.sentence).toContain(`${run.answered} answered`)
    expect(run.generations.map(({ generation }) => generation)).toEqual(['fake-1', 'fake-2', 'fake-3'])
    expect(run.stretches.map(({ generation }) => generation)).toEqual(['fake-1', 'fake-2', 'fake-3'])
    expect(run.verdict.sentence).toContain(`${run.answered} answered`)
    expect(run.generations.map(({ configuration }) => configuration.servers.length)).toContain(3)
    const third = run.backends[2]?.backend
    const joined = run.actions.find(({ kind, backend }) => kind === 'joined' && backend === third)
    expect(joined).toMatchObject({ number: 3, burst: { id } })
    const left = run.actions.find(({ kind, backend }) => kind === 'left' && backend === third)
    expect(left?.burst?.sinceUs).toBeGreaterThan(joined?.burst?.sinceUs ?? 0)
    expect(run.kept).toEqual({ fromSeq: 0, toSeq: run.answered + failedInAll(run) + run.cancelled })
  })

  it('is listed, newest first, with what is kept of its samples', async () => {
    const ids = [await start({ requests: 3 })]
    await ended(ids[0] ?? '')
    ids.push(await start({ requests: 5 }))
    await ended(ids[1] ?? '')
    const runs = await json<Kept[]>('/api/runs')
    expect(runs.map(({ id }) => id)).toEqual(ids.reverse())
    expect(runs.map(({ kept }) => kept)).toEqual([
      { fromSeq: 0, toSeq: 5 },
      { fromSeq: 0, toSeq: 3 },
    ])
    expect(new Set(runs.map(({ boot }) => boot)).size).toBe(1)
  })

  it('is one file', async () => {
    const id = await storyOfAScale()
    const response = await call('GET', `/api/runs/${id}?format=file`)
    expect(response.headers.get('content-disposition')).toMatch(
      new RegExp(`^attachment; filename="robinscope-${id}-[-0-9T]+\\.run"$`),
    )
    const file = decodeRunFile(new Uint8Array(await response.arrayBuffer()))
    const { kept, failedInAll: inAll, ...run } = await json<Kept & { failedInAll: number }>(`/api/runs/${id}`)
    expect(file.run).toEqual(run)
    expect(inAll).toBe(failedInAll(run))
    expect(file.firstSeq).toBe(0)
    expect(file.samples.length / SAMPLE_WORDS).toBe(kept.toSeq)
    expect(file.routes.map(({ generation }) => generation)).toEqual(
      expect.arrayContaining(run.generations.map(({ generation }) => generation)),
    )
  })
})

describe('a browser', () => {
  it('hears of a configuration and of its backends before the first sample that needs them', async () => {
    const socket = openBrowser(dashboard.origin)
    const frames: Frame[] = []
    socket.on('burst:frame', (bytes) => frames.push(decodeFrame(new Uint8Array(bytes))))
    await new Promise((resolve) => socket.on('welcomed', resolve))
    const over = new Promise((resolve) => socket.on('burst:finished', resolve))
    await storyOfAScale()
    await over
    socket.disconnect()
    const known = new Set<string>()
    const routes: { backend: string | null; generation: string | null }[] = []
    let needed = 0
    for (const { tables, samples } of frames) {
      for (const { generation } of tables?.generations ?? []) known.add(generation)
      for (const { backend } of tables?.backends ?? []) known.add(backend)
      for (const route of tables?.routes ?? []) routes[route.index] = route
      for (let at = ROUTE_AT; at < samples.length; at += SAMPLE_WORDS) {
        const route = routes[samples[at] ?? NO_ROUTE]
        expect(known).toContain(route?.backend)
        expect(known).toContain(route?.generation)
        needed++
      }
    }
    expect(needed).toBeGreaterThan(60)
    expect(known.size).toBe(3 + 3)
    const told = frames.flatMap(({ tables }) => tables?.generations ?? [])
    expect(told).toHaveLength(3)
  })
})

describe('downloads', () => {
  it('are bounded in number, and make room when they are over or given up', async () => {
    const id = await start({ requests: LONG_RUN, concurrency: 64 })
    await ended(id)
    const path = `/api/bursts/${id}/samples`
    const aborts = Array.from({ length: MAX_EXPORTS }, () => new AbortController())
    // Their bodies are not read: each is larger than what the sockets' buffers grow to, about 10 MB.
    for (const { signal } of aborts) await fetch(dashboard.origin + path, { signal })
    const refused = await call('GET', path)
    expect(refused.status).toBe(429)
    expect(await refused.json()).toMatchObject({ code: 'too-many' })
    expect((await call('GET', `/api/runs/${id}?format=file`)).status).toBe(429)
    expect((await call('GET', `/api/runs/${id}`)).status).toBe(200)
    for (const abort of aborts) abort.abort()
    const lines = await until('there is room', async () => {
      const response = await call('GET', path)
      return response.status === 200 && response.text()
    })
    expect(lines.trim().split('\n')).toHaveLength(LONG_RUN)
  })
})
