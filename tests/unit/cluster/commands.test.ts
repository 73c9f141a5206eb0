import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { SCALE_DEADLINE_MS } from '#lib/protocol/limits.ts'
import { runWorld } from './random-worlds.ts'
import { addressesOf, codeOf, keysOf, latch, makeCluster } from './reconciler-stage.ts'

afterEach(() => vi.useRealTimers())

describe('commands at the same time', () => {
  it('the newest target wins and each caller gets an answer', async () => {
    const { host, door, cluster } = await makeCluster()
    host.raising = () => sleep(5)
    const answers = await Promise.all([3, 5, 1, 4].map((replicas) => codeOf(cluster.scale(replicas))))
    expect(answers).toEqual(['superseded', 'superseded', 'superseded', 'reached'])
    expect(host.backends()).toHaveLength(4)
    expect(door.addresses).toEqual(addressesOf(host))
  })

  it('a small target after two large ones raises none of them to the end', async () => {
    const { host, door, cluster } = await makeCluster(1)
    host.raising = () => new Promise(() => undefined)
    const first = codeOf(cluster.scale(10))
    await vi.waitFor(() => expect(host.backends()).toHaveLength(10))
    const second = codeOf(cluster.scale(12))
    await vi.waitFor(() => expect(host.backends()).toHaveLength(12))
    await cluster.scale(1)
    expect(await Promise.all([first, second])).toEqual(['superseded', 'superseded'])
    expect(host.backends()).toHaveLength(1)
    expect(door.applied.every(({ servers }) => servers.length <= 1)).toBe(true)
  })

  it('a larger target keeps what an earlier one is raising', async () => {
    const { host, cluster } = await makeCluster(1)
    const ready = latch()
    host.raising = () => ready.promise
    void codeOf(cluster.scale(3))
    await vi.waitFor(() => expect(host.backends()).toHaveLength(3))
    const kept = keysOf(host)
    const reached = cluster.scale(4)
    await vi.waitFor(() => expect(host.backends()).toHaveLength(4))
    ready.release()
    await reached
    expect(keysOf(host).slice(0, 3)).toEqual(kept)
  })

  it('a command that hangs anywhere is answered by the deadline, with its stage', async () => {
    const { door, cluster } = await makeCluster(2)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    door.applying = () => new Promise(() => undefined)
    const scaled = cluster.scale(1)
    scaled.catch(() => undefined)
    await vi.advanceTimersByTimeAsync(SCALE_DEADLINE_MS)
    await expect(scaled).rejects.toMatchObject({ problem: { code: 'not-reached', stage: 'listed' } })
    expect(cluster.snapshot()).toMatchObject({ replicas: 2, scaling: false })
  })

  it('closing in the middle of a scale stops nothing that is listed, and ends the command', async () => {
    const { host, door, cluster } = await makeCluster(4)
    const reload = latch()
    door.applying = () => reload.promise
    const down = codeOf(cluster.scale(1))
    await sleep(20)
    const closed = cluster.close()
    reload.release()
    await closed
    expect(await down).toBe('not-reached')
    expect(host.stopped).toEqual([])
  })

  it('closing in the middle of a raise calls it off', async () => {
    const { host, cluster } = await makeCluster(1)
    host.raising = () => new Promise(() => undefined)
    const up = codeOf(cluster.scale(3))
    await vi.waitFor(() => expect(host.backends()).toHaveLength(3))
    await cluster.close()
    expect(await up).toBe('not-reached')
    expect(host.backends()).toHaveLength(1)
  })
})

describe('random worlds', () => {
  it('500 of them end at the last desired state, with nothing half done and no listed backend stopped', async () => {
    const broken: string[] = []
    let reached = 0
    for (let seed = 1; seed <= 500; seed++) {
      const report = await runWorld(seed)
      reached += report.reached
      if (report.violations.length > 0) broken.push(`seed ${seed}: ${report.violations.slice(0, 3).join('; ')}`)
    }
    expect(broken).toEqual([])
    expect(reached).toBeGreaterThan(1_000)
  })
})
