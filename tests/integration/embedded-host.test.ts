import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BackendHost, HostedBackend } from '#lib/cluster/backend-host.ts'
import { type EmbeddedHostOptions, openEmbeddedHost } from '#lib/cluster/embedded/embedded-host.ts'
import { descendantsOf, isAlive } from '#tests/processes.ts'
import { until } from '#tests/until.ts'

const SCRIPTS = new URL('embedded-services/', import.meta.url).pathname
const soon = (): AbortSignal => AbortSignal.timeout(20_000)

let guarded: Set<number>
let host: BackendHost

const open = (options: Partial<EmbeddedHostOptions> = {}): Promise<BackendHost> =>
  openEmbeddedHost({
    guardian: { guard: (pid) => void guarded.add(pid), release: (pid) => void guarded.delete(pid) },
    log: () => {},
    ...options,
  })
const newestPid = (): number => Math.max(...guarded)
/** Raises so many side by side; throws the first failure when all are over. */
async function raise(count: number, signal = soon()): Promise<HostedBackend[]> {
  const raises = Array.from({ length: count }, () => host.raise(signal))
  await Promise.allSettled(raises)
  const keys = await Promise.all(raises)
  return host.backends().filter(({ backend }) => keys.includes(backend))
}
const stateOf = (backend: string): string | undefined => host.backends().find((one) => one.backend === backend)?.state

beforeEach(async () => {
  guarded = new Set()
  host = await open()
})
afterEach(() => host.close())

describe('raising', () => {
  test('several come up side by side, each with a name, a number and an address of its own', async () => {
    const raised = await raise(3)
    expect(raised.map((one) => one.number)).toEqual([1, 2, 3])
    expect(raised.map((one) => one.state)).toEqual(['up', 'up', 'up'])
    expect(new Set(raised.map((one) => one.address)).size).toBe(3)
    for (const { backend, address } of raised) {
      expect(backend).toMatch(/^[0-9a-f]{12}$/)
      expect(await (await fetch(`http://${address}/`)).text()).toBe(`${backend}\n`)
      expect(host.backendAt(address ?? '')).toBe(backend)
    }
    expect(guarded.size).toBe(3)
  })

  test('the next backend has the number after the highest that exists', async () => {
    const [, second] = await raise(2)
    await host.stop(second?.backend ?? '')
    expect((await raise(1)).map((one) => one.number)).toEqual([2])
    const [first] = host.backends()
    await host.stop(first?.backend ?? '')
    expect((await raise(1)).map((one) => one.number)).toEqual([3])
  })

  test('listeners hear of every step', async () => {
    const seen: string[] = []
    host.subscribe({
      changed: () =>
        seen.push(
          host
            .backends()
            .map((one) => one.state)
            .join(),
        ),
      trouble: () => {},
    })
    await raise(1)
    expect(seen).toEqual(['starting', 'up'])
  })

  test('a raise that waits for its turn is called off at once', async () => {
    await host.close()
    host = await open({ entry: `${SCRIPTS}never-ready.ts` })
    const off = new AbortController()
    const many = Array.from({ length: 50 }, () => host.raise(off.signal))
    await until('some are being raised', () => host.backends().length > 0)
    const last = many.at(-1)?.catch((error: unknown) => String(error))
    off.abort(new Error('enough'))
    expect(await last).toBe('Error: enough')
    await Promise.allSettled(many)
    expect(host.backends()).toEqual([])
  })

  test('as many as there may be come up', { timeout: 120_000 }, async () => {
    const raised = await raise(50, AbortSignal.timeout(100_000))
    expect(raised.map((one) => one.number)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  })

  test('a service that ends at its start is an error with its exit code and last words, and leaves nothing', async () => {
    await host.close()
    host = await open({ entry: `${SCRIPTS}ends-at-once.ts` })
    const problem = { code: 'not-reached', stage: 'ready', cause: 'ended with exit code 3; no luck today' }
    await expect(raise(3)).rejects.toMatchObject({ problem })
    expect(host.backends()).toEqual([])
    expect(guarded.size).toBe(0)
  })

  test('a backend that never gets ready is ended at the deadline', async () => {
    await host.close()
    host = await open({ entry: `${SCRIPTS}never-ready.ts`, readyDeadlineMs: 300 })
    const problem = { stage: 'ready', cause: 'it was not ready within 0.3 s' }
    await expect(raise(2)).rejects.toMatchObject({ problem })
    expect(host.backends()).toEqual([])
    expect(guarded.size).toBe(0)
  })

  test('it can be called off, and leaves nothing', async () => {
    await host.close()
    host = await open({ entry: `${SCRIPTS}never-ready.ts` })
    const off = new AbortController()
    const raising = raise(2, off.signal)
    off.abort(new Error('enough'))
    await expect(raising).rejects.toThrow('enough')
    expect(host.backends()).toEqual([])
    expect(guarded.size).toBe(0)
  })
})

describe('faults from outside', () => {
  test('a killed backend stays, down, and keeps its address', async () => {
    const [one] = await raise(1)
    process.kill(newestPid(), 'SIGKILL')
    await until('it is shown as down', () => stateOf(one?.backend ?? '') === 'down', 30_000)
    expect(host.backends()).toHaveLength(1)
    expect(host.backendAt(one?.address ?? '')).toBe(one?.backend)
    expect(guarded.size).toBe(0)
    await host.stop(one?.backend ?? '')
    expect(host.backends()).toEqual([])
  })

  test('an address stands for one backend: a dead backend loses it to the next child that gets its port', async () => {
    await host.close()
    host = await open({ entry: `${SCRIPTS}fixed-port.ts` })
    const [dead] = await raise(1)
    process.kill(newestPid(), 'SIGKILL')
    await until('it is shown as down', () => stateOf(dead?.backend ?? '') === 'down')
    expect(host.backends()[0]?.address).toBe('127.0.0.1:4000')
    const next = await host.raise(soon())
    expect(host.backends().map(({ address }) => address)).toEqual([null, '127.0.0.1:4000'])
    expect(host.backendAt('127.0.0.1:4000')).toBe(next)
  })

  test.runIf(process.platform === 'linux')(
    'a frozen backend is shown as paused, and up again when it goes on',
    async () => {
      const [one] = await raise(1)
      process.kill(newestPid(), 'SIGSTOP')
      await until('it is shown as paused', () => stateOf(one?.backend ?? '') === 'paused', 30_000)
      process.kill(newestPid(), 'SIGCONT')
      await until('it is shown as up', () => stateOf(one?.backend ?? '') === 'up', 30_000)
    },
  )
})

describe('stopping', () => {
  test('what is in flight is finished, then it is gone', async () => {
    const [one] = await raise(1)
    const pid = newestPid()
    const asked = request(`http://${one?.address}/`, { method: 'POST', headers: { Expect: '100-continue' } })
    const answered = once(asked, 'response')
    asked.flushHeaders()
    await once(asked, 'continue')
    const stopped = host.stop(one?.backend ?? '')
    asked.end('the rest')
    const [answer] = await answered
    expect(answer.statusCode).toBe(200)
    answer.resume()
    await stopped
    expect(isAlive(pid)).toBe(false)
    expect(host.backends()).toEqual([])
  })

  test('a frozen backend goes too', async () => {
    const [one] = await raise(1)
    const pid = newestPid()
    process.kill(pid, 'SIGSTOP')
    await host.stop(one?.backend ?? '')
    expect(isAlive(pid)).toBe(false)
  })

  test('a backend that does not listen to SIGTERM is ended after its grace', async () => {
    await host.close()
    host = await open({ entry: `${SCRIPTS}deaf.ts`, graceMs: 100 })
    const [one] = await raise(1)
    const pid = newestPid()
    await host.stop(one?.backend ?? '')
    expect(isAlive(pid)).toBe(false)
  })
})

test.runIf(process.platform === 'linux')('its environment holds nothing of ours', async () => {
  await raise(1)
  const names = readFileSync(`/proc/${newestPid()}/environ`, 'utf8')
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => line.split('=')[0])
  expect(names.filter((name) => !name?.startsWith('NODE_') && !name?.startsWith('SERVICE_'))).toEqual([])
})

test('closing ends all of them, twice is once, and nothing is raised after it', async () => {
  const before = new Set(descendantsOf(process.pid))
  await raise(4)
  const pids = descendantsOf(process.pid).filter((pid) => !before.has(pid))
  expect(pids.length).toBeGreaterThanOrEqual(4)
  await Promise.all([host.close(), host.close()])
  expect(pids.filter(isAlive)).toEqual([])
  await expect(raise(1)).rejects.toMatchObject({ problem: { code: 'not-reached' } })
})
