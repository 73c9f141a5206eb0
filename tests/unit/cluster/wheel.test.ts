import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { ProblemError } from '#lib/protocol/problem.ts'
import { addressesOf, codeOf, latch, makeWheel } from './wheel-stage.ts'

describe('scaling up', () => {
  it('lists a backend only when it is ready, and resolves when the list is in force', async () => {
    const { host, door, wheel } = makeWheel()
    const ready = latch()
    host.delay = () => ready.promise
    const reached = wheel.scale(2)
    await vi.waitFor(() => expect(host.backends()).toHaveLength(2))
    expect(wheel.backends().map(({ status }) => status)).toEqual(['starting', 'starting'])
    expect(door.addresses).toEqual([])
    ready.release()
    await reached
    expect(door.addresses).toEqual(addressesOf(host))
    expect(wheel.backends().map(({ status }) => status)).toEqual(['up', 'up'])
  })

  it('that fails says the stage and leaves nothing listed that is gone', async () => {
    const { host, door, wheel } = makeWheel()
    await wheel.scale(1)
    host.fails = () => true
    await expect(wheel.scale(4)).rejects.toMatchObject({ problem: { code: 'not-reached', stage: 'start' } })
    expect(wheel.replicas).toBe(1)
    expect(door.addresses).toEqual(addressesOf(host))
  })
})

describe('scaling down', () => {
  it('unlists first, waits for old workers, and only then ends the backend', async () => {
    const { host, door, wheel } = makeWheel()
    await wheel.scale(3)
    const settled = latch()
    door.settling = () => settled.promise
    const reached = wheel.scale(1)
    await vi.waitFor(() => expect(door.addresses).toHaveLength(1))
    expect(host.retired).toEqual([])
    expect(wheel.backends().map(({ status }) => status)).toEqual(['up', 'draining', 'draining'])
    settled.release()
    await reached
    expect(host.retired).toHaveLength(2)
    expect(host.backends().map(({ number }) => number)).toEqual([1])
  })

  it('takes back who is still draining when more are wanted again', async () => {
    const { host, door, wheel } = makeWheel()
    await wheel.scale(3)
    const before = addressesOf(host)
    door.settling = () => new Promise(() => undefined)
    const down = codeOf(wheel.scale(1))
    await vi.waitFor(() => expect(door.addresses).toHaveLength(1))
    await wheel.scale(3)
    expect(await down).toBe('superseded')
    expect(addressesOf(host)).toEqual(before)
    expect(door.addresses).toEqual(before)
    expect(host.retired).toEqual([])
  })

  it('to none leaves an empty list', async () => {
    const { host, door, wheel } = makeWheel()
    await wheel.scale(2)
    await wheel.scale(0)
    expect(host.backends()).toEqual([])
    expect(door.lists.at(-1)).toEqual([])
  })

  it('that could not let go of one is over when the others are gone, and the next goes on with that one', async () => {
    const { host, door, wheel } = makeWheel()
    await wheel.scale(4)
    const [, , third] = host.backends()
    const retire = host.retire.bind(host)
    host.retire = async (backend) => {
      if (backend === third?.backend) throw new ProblemError('not-reached', 'It stays.', { stage: 'drained' })
      await sleep(20)
      await retire(backend)
    }
    expect(await codeOf(wheel.scale(1))).toBe('not-reached')
    expect(host.backends().map(({ number }) => number)).toEqual([1, 3])
    expect(door.addresses).toEqual([host.backends()[0]?.address])
    host.retire = retire
    await wheel.scale(2)
    expect(host.backends().map(({ number }) => number)).toEqual([1, 4])
    expect(door.addresses).toEqual(addressesOf(host))
  })

  it('lets the dead go before the living', async () => {
    const { host, wheel } = makeWheel()
    await wheel.scale(3)
    const first = host.backends()[0]?.backend ?? ''
    host.set(first, 'down')
    await wheel.scale(2)
    expect(host.retired).toEqual([first])
  })
})

describe('faults and changes from outside', () => {
  it('a backend that dies stays listed', async () => {
    const { host, door, wheel, notes } = makeWheel()
    await wheel.scale(2)
    const lists = door.lists.length
    host.set(host.backends()[1]?.backend ?? '', 'down')
    await sleep(20)
    expect(door.lists).toHaveLength(lists)
    expect(wheel.backends()[1]).toMatchObject({ status: 'down', listed: true })
    expect(notes.at(-1)).toMatchObject({ kind: 'down', label: '2 went down' })
  })

  it('with followDeaths one that dies is taken out at once, and comes back when it lives', async () => {
    const { host, door, wheel } = makeWheel()
    await wheel.scale(2)
    wheel.followDeaths(true)
    const victim = host.backends()[1]?.backend ?? ''
    host.set(victim, 'down')
    await vi.waitFor(() => expect(door.addresses).toHaveLength(1))
    host.set(victim, 'up')
    await vi.waitFor(() => expect(door.addresses).toHaveLength(2))
  })

  it('one that is removed leaves the list, and the target follows', async () => {
    const { host, door, wheel } = makeWheel()
    await wheel.scale(2)
    host.remove(host.backends()[1]?.backend ?? '')
    await vi.waitFor(() => expect(door.addresses).toHaveLength(1))
    expect(wheel.replicas).toBe(1)
  })

  it('one that is made elsewhere joins when it is ready', async () => {
    const { host, door, wheel } = makeWheel()
    await wheel.scale(1)
    const { backend } = host.add('starting')
    await sleep(20)
    expect(door.addresses).toHaveLength(1)
    host.set(backend, 'up')
    await vi.waitFor(() => expect(door.addresses).toHaveLength(2))
    expect(wheel.replicas).toBe(2)
  })

  it('a front door that begins anew gets the list again', async () => {
    const { host, door, wheel } = makeWheel()
    await wheel.scale(2)
    const lists = door.lists.length
    for (const listener of door.listeners) listener.changed()
    await vi.waitFor(() => expect(door.lists.length).toBeGreaterThan(lists))
    expect(door.addresses).toEqual(addressesOf(host))
  })

  it('a backend at which the front door failed is shown as avoided, for as long as nginx avoids it', async () => {
    const { host, wheel } = makeWheel()
    await wheel.scale(2)
    const { backend = '' } = host.backends()[0] ?? {}
    wheel.attemptFailed(backend)
    expect(wheel.backends()[0]?.ejectedUntil).not.toBeNull()
    expect(wheel.backends()[1]?.ejectedUntil).toBeNull()
  })
})
