import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { ProblemError } from '#lib/protocol/problem.ts'
import { addressesOf, codeOf, keysOf, latch, makeCluster } from './reconciler-stage.ts'

describe('faults and changes from outside', () => {
  it('a backend that dies stays listed', async () => {
    const { host, door, cluster, notes } = await makeCluster(2)
    const lists = door.applied.length
    host.set(keysOf(host)[1] ?? '', { state: 'down' })
    await vi.waitFor(() => expect(notes.at(-1)).toMatchObject({ kind: 'down', label: 'backend 2 down' }))
    await sleep(20)
    expect(door.applied).toHaveLength(lists)
    expect(cluster.snapshot().backends[1]).toMatchObject({ status: 'down', listed: true })
  })

  it('with followDeaths a backend that dies leaves the list at once, and comes back when it lives', async () => {
    const { host, door, cluster } = await makeCluster(2)
    await cluster.followDeaths(true)
    const victim = keysOf(host)[1] ?? ''
    host.set(victim, { state: 'down' })
    await vi.waitFor(() => expect(door.addresses).toHaveLength(1))
    host.set(victim, { state: 'up' })
    await vi.waitFor(() => expect(door.addresses).toHaveLength(2))
  })

  it('a backend that is removed leaves the list, and the number follows', async () => {
    const { host, door, cluster } = await makeCluster(2)
    host.remove(keysOf(host)[1] ?? '')
    await vi.waitFor(() => expect(door.addresses).toHaveLength(1))
    expect(cluster.snapshot().replicas).toBe(1)
  })

  it('a backend that is made elsewhere joins when it is ready, and the number follows', async () => {
    const { host, door, cluster, notes } = await makeCluster(1)
    const { backend } = host.add('starting')
    await sleep(20)
    expect(door.addresses).toHaveLength(1)
    host.set(backend, { state: 'up' })
    await vi.waitFor(() => expect(door.addresses).toHaveLength(2))
    expect(cluster.snapshot().replicas).toBe(2)
    expect(notes.at(-1)).toMatchObject({ kind: 'joined', backend })
  })

  it('a backend joins, by its note and its status, where the generation changes and not before', async () => {
    const { host, door, cluster, notes } = await makeCluster(1)
    const reload = latch()
    door.applying = () => reload.promise
    const reached = cluster.scale(2)
    await vi.waitFor(() => expect(host.backends().every(({ state }) => state === 'up')).toBe(true))
    await sleep(20)
    expect(cluster.snapshot().backends[1]).toMatchObject({ status: 'starting', listed: false })
    expect(notes.filter(({ kind }) => kind === 'joined').map(({ label }) => label)).toEqual(['backend 1 joined'])
    reload.release()
    await reached
    await vi.waitFor(() => expect(notes.at(-1)).toMatchObject({ kind: 'joined', label: 'backend 2 joined' }))
  })

  it('a backend leaves, by its note, where the generation changes, and is gone later', async () => {
    const { host, door, cluster, notes } = await makeCluster(2)
    for (const backend of keysOf(host)) door.old.add(backend)
    const reached = codeOf(cluster.scale(1))
    await vi.waitFor(() => expect(notes.at(-1)).toMatchObject({ kind: 'left', label: 'backend 2 left' }))
    expect(host.backends()).toHaveLength(2)
    door.old.clear()
    door.tell()
    expect(await reached).toBe('reached')
    expect(notes.filter(({ kind }) => kind === 'left')).toHaveLength(1)
  })

  it('a backend that comes back at another address is listed there once it is ready', async () => {
    const { host, door } = await makeCluster(2)
    const moved = keysOf(host)[1] ?? ''
    host.set(moved, { state: 'down' })
    host.set(moved, { state: 'starting', address: '10.0.0.99:8000' })
    await vi.waitFor(() => expect(door.addresses).toHaveLength(1))
    host.set(moved, { state: 'up' })
    await vi.waitFor(() => expect(door.addresses).toContain('10.0.0.99:8000'))
  })

  it('an address that a dead backend had and a new one has stands in the list once, for the new one', async () => {
    const { host, door, cluster } = await makeCluster(2)
    const [, dead = ''] = keysOf(host)
    const address = host.hosted.get(dead)?.address ?? ''
    host.set(dead, { state: 'down' })
    const { backend } = host.add('starting')
    host.set(backend, { state: 'up', address })
    await vi.waitFor(() => expect(door.applied.at(-1)?.servers.map((server) => server.backend)).toContain(backend))
    expect(door.addresses.filter((one) => one === address)).toHaveLength(1)
    expect(cluster.snapshot().backends).toHaveLength(3)
  })

  it('a front door that begins anew gets the list again', async () => {
    const { host, door } = await makeCluster(2)
    const lists = door.applied.length
    door.restart()
    await vi.waitFor(() => expect(door.applied.length).toBeGreaterThan(lists))
    expect(door.addresses).toEqual(addressesOf(host))
  })

  it('a list that could not be written is tried again until it is in force', async () => {
    const { host, door, logged } = await makeCluster(1)
    let refusals = 2
    door.applying = async () => {
      if (refusals-- > 0) throw new Error('not now')
    }
    host.add('up')
    await vi.waitFor(() => expect(door.addresses).toHaveLength(2), 10_000)
    expect(logged.filter((event) => event === 'step-failed')).toHaveLength(2)
  })

  it('a backend at which the front door failed is shown as avoided, until a new generation begins', async () => {
    const { host, cluster } = await makeCluster(2)
    const { backend = '' } = host.backends()[0] ?? {}
    cluster.attemptFailed(backend)
    expect(cluster.snapshot().backends.map(({ ejectedUntil }) => ejectedUntil === null)).toEqual([false, true])
    await cluster.scale(3)
    await vi.waitFor(() => expect(cluster.snapshot().backends[0]?.ejectedUntil).toBeNull(), 1_000)
  })
})

describe('a dashboard that only watches', () => {
  it('changes nothing, and tells whoever asks', async () => {
    const { host, door, cluster } = await makeCluster(2)
    const lists = door.applied.length
    door.ownership = { owner: () => ({ mine: false, name: 'other' }), takeOver: () => undefined }
    door.tell()
    host.add('up')
    await sleep(30)
    expect(door.applied).toHaveLength(lists)
    expect(await codeOf(cluster.scale(1))).toBe('read-only')
    expect(await codeOf(cluster.followDeaths(true))).toBe('read-only')
  })

  it('stops nothing that it made and the other owner may have listed, when it takes over again', async () => {
    const { host, door, cluster } = await makeCluster(2)
    let mine = true
    const owner = () => ({ mine, name: mine ? 'us' : 'other' })
    door.ownership = {
      owner,
      takeOver: () => {
        mine = true
        door.restart()
      },
    }
    const reload = latch()
    door.applying = () => reload.promise
    const scaled = codeOf(cluster.scale(4))
    await vi.waitFor(() => expect(host.backends().filter(({ state }) => state === 'up')).toHaveLength(4))
    mine = false
    door.applying = async () => undefined
    reload.reject(new ProblemError('read-only', 'Another dashboard writes the list.'))
    door.restart()
    expect(await scaled).toBe('read-only')
    await cluster.takeOver()
    expect(host.stopped).toEqual([])
    expect(door.addresses).toHaveLength(4)
  })

  it('has taken over when its own list is in force', async () => {
    const { door, cluster } = await makeCluster(2)
    let mine = false
    door.ownership = {
      owner: () => ({ mine, name: mine ? 'us' : 'other' }),
      takeOver: () => {
        mine = true
        door.restart()
      },
    }
    door.restart()
    await sleep(20)
    const reload = latch()
    door.applying = () => reload.promise
    let isTaken = false
    const taking = cluster.takeOver().then(() => {
      isTaken = true
    })
    await sleep(20)
    expect(isTaken).toBe(false)
    reload.release()
    await taking
    expect(door.membership.generation()).not.toBeNull()
  })
})
