import { describe, expect, it, vi } from 'vitest'
import { refused } from './fakes.ts'
import { addressesOf, codeOf, keysOf, latch, makeCluster } from './reconciler-stage.ts'

describe('scaling up', () => {
  it('lists backends only when all are ready, and resolves when the list is in force', async () => {
    const { host, door, cluster } = await makeCluster()
    const ready = latch()
    host.raising = () => ready.promise
    const reached = cluster.scale(2)
    await vi.waitFor(() => expect(host.backends()).toHaveLength(2))
    expect(cluster.snapshot().backends.map(({ status }) => status)).toEqual(['starting', 'starting'])
    expect(door.addresses).toEqual([])
    ready.release()
    await reached
    expect(door.addresses).toEqual(addressesOf(host))
    expect(cluster.snapshot().backends.map(({ status }) => status)).toEqual(['up', 'up'])
  })

  it('writes one list for all, not one for each', async () => {
    const { host, door, cluster } = await makeCluster(1)
    const lists = door.applied.length
    const [first, second] = [latch(), latch()]
    const latches = [first, second]
    host.raising = () => latches.pop()?.promise ?? Promise.resolve()
    const reached = cluster.scale(3)
    await vi.waitFor(() => expect(host.backends()).toHaveLength(3))
    first.release()
    await vi.waitFor(() => expect(host.backends().filter(({ raising }) => raising)).toHaveLength(1))
    expect(door.applied).toHaveLength(lists)
    second.release()
    await reached
    expect(door.applied).toHaveLength(lists + 1)
  })

  it('that fails says the stage, removes what it made, and leaves nothing listed that is gone', async () => {
    const { host, door, cluster } = await makeCluster(1)
    let raises = 0
    host.raising = async () => {
      raises += 1
      if (raises === 3) throw refused('start')
    }
    await expect(cluster.scale(4)).rejects.toMatchObject({ problem: { code: 'not-reached', stage: 'start' } })
    expect(cluster.snapshot()).toMatchObject({ replicas: 1, scaling: false })
    await vi.waitFor(() => expect(host.backends()).toHaveLength(1))
    expect(door.addresses).toEqual(addressesOf(host))
    host.raising = async () => undefined
    await cluster.scale(4)
    expect(door.addresses).toEqual(addressesOf(host))
  })

  it('replaces a backend that dies before it is listed', async () => {
    const { host, door, cluster } = await makeCluster(1)
    const second = latch()
    const waits = [Promise.resolve(), second.promise]
    host.raising = () => waits.shift() ?? Promise.resolve()
    const reached = cluster.scale(3)
    await vi.waitFor(() => expect(host.backends().filter(({ raising }) => raising)).toHaveLength(1))
    const early = keysOf(host)[1] ?? ''
    host.set(early, { state: 'down' })
    second.release()
    await reached
    expect(keysOf(host)).not.toContain(early)
    expect(host.backends()).toHaveLength(3)
    expect(door.addresses).toEqual(addressesOf(host))
  })
})

describe('scaling down', () => {
  it('unlists first, waits until no worker can send to a backend, and only then stops it', async () => {
    const { host, door, cluster } = await makeCluster(3)
    const [, second = '', third = ''] = keysOf(host)
    door.old.add(second).add(third)
    const reached = cluster.scale(1)
    await vi.waitFor(() => expect(door.addresses).toHaveLength(1))
    await vi.waitFor(() =>
      expect(cluster.snapshot().backends.map(({ status }) => status)).toEqual(['up', 'draining', 'draining']),
    )
    expect(host.stopped).toEqual([])
    door.old.delete(third)
    door.tell()
    await vi.waitFor(() => expect(host.stopped).toEqual([third]))
    door.old.clear()
    door.tell()
    await reached
    expect(host.stopped).toEqual([third, second])
    expect(host.backends().map(({ number }) => number)).toEqual([1])
  })

  it('takes back at once what still drains, and keeps the same backends', async () => {
    const { host, door, cluster } = await makeCluster(6)
    const before = keysOf(host)
    for (const backend of before) door.old.add(backend)
    const down = codeOf(cluster.scale(2))
    await vi.waitFor(() => expect(door.addresses).toHaveLength(2))
    await cluster.scale(6)
    expect(await down).toBe('superseded')
    expect(keysOf(host)).toEqual(before)
    expect(door.addresses).toEqual(addressesOf(host))
    expect(host.stopped).toEqual([])
  })

  it('stops nothing for a moment, so that a command can be taken back even where nothing drains', async () => {
    const { host, cluster } = await makeCluster(6, 400)
    const before = keysOf(host)
    const down = codeOf(cluster.scale(2))
    await vi.waitFor(() => expect(cluster.snapshot().backends.filter(({ listed }) => listed)).toHaveLength(2))
    await cluster.scale(6)
    expect(await down).toBe('superseded')
    expect(keysOf(host)).toEqual(before)
    await cluster.scale(2)
    expect(keysOf(host)).toEqual(before.slice(0, 2))
  })

  it('takes back in the middle of the reload that unlists, too', async () => {
    const { host, door, cluster } = await makeCluster(6)
    const before = keysOf(host)
    const reload = latch()
    door.applying = () => reload.promise
    const down = codeOf(cluster.scale(2))
    await new Promise((resolve) => setTimeout(resolve, 20))
    const up = cluster.scale(6)
    door.applying = async () => undefined
    reload.release()
    await up
    expect(await down).toBe('superseded')
    expect(keysOf(host)).toEqual(before)
    expect(host.stopped).toEqual([])
  })

  it('to fewer than those that were taken back lets the highest numbers go', async () => {
    const { host, door, cluster } = await makeCluster(6)
    const sixth = keysOf(host)[5] ?? ''
    for (const backend of keysOf(host)) door.old.add(backend)
    void codeOf(cluster.scale(2))
    await vi.waitFor(() => expect(door.addresses).toHaveLength(2))
    const reached = cluster.scale(5)
    await vi.waitFor(() => expect(door.addresses).toHaveLength(5))
    door.old.clear()
    door.tell()
    await reached
    expect(host.stopped).toEqual([sixth])
  })

  it('to none leaves an empty list', async () => {
    const { host, door, cluster } = await makeCluster(2)
    await cluster.scale(0)
    expect(host.backends()).toEqual([])
    expect(door.applied.at(-1)?.servers).toEqual([])
  })

  it('that fails at the list leaves every backend in the list, and the same number can be sent again', async () => {
    const { host, door, cluster } = await makeCluster(4)
    door.applying = async () => {
      throw refused('listed')
    }
    await expect(cluster.scale(2)).rejects.toMatchObject({ problem: { code: 'not-reached', stage: 'listed' } })
    expect(cluster.snapshot()).toMatchObject({ replicas: 4, scaling: false })
    expect(cluster.snapshot().backends.map(({ status, listed }) => [status, listed])).toEqual(
      Array.from({ length: 4 }, () => ['up', true]),
    )
    door.applying = async () => undefined
    await cluster.scale(2)
    expect(host.backends().map(({ number }) => number)).toEqual([1, 2])
  })

  it('that cannot stop one of them lists it again and shows the number that is there', async () => {
    const { host, door, cluster } = await makeCluster(4)
    const third = keysOf(host)[2]
    host.stopping = async (backend) => {
      if (backend === third) throw refused('drained')
    }
    expect(await codeOf(cluster.scale(1))).toBe('not-reached')
    await vi.waitFor(() => expect(host.backends().map(({ number }) => number)).toEqual([1, 3]))
    await vi.waitFor(() => expect(door.addresses).toEqual(addressesOf(host)), 5_000)
    expect(cluster.snapshot().replicas).toBe(2)
    host.stopping = async () => undefined
    await cluster.scale(1)
    expect(host.backends().map(({ number }) => number)).toEqual([1])
  })

  it('lets the dead go before the living', async () => {
    const { host, cluster } = await makeCluster(3)
    const first = keysOf(host)[0] ?? ''
    host.set(first, { state: 'down' })
    await cluster.scale(2)
    expect(host.stopped).toEqual([first])
  })
})
