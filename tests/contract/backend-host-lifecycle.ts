import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BackendHost } from '#lib/cluster/backend-host.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { until } from '#tests/until.ts'
import type { OpenHost } from './backend-host.ts'

/** What every place where backends run promises about their lives. `open` gives one with two backends that are up, 1 and 2. */
export function lifecycleContract(open: () => Promise<OpenHost>): void {
  let opened: OpenHost
  let host: BackendHost
  const underWay = new Set<Promise<BackendKey>>()
  /** The most backends that were there at once, each raise under way counted as one, and what was seen of it. */
  let most = 0
  const stages = new Set<string>()
  let stopListening: () => void
  beforeAll(async () => {
    opened = await open()
    host = opened.host
  })
  afterAll(() => opened?.close())
  beforeEach(() => {
    most = 0
    stages.clear()
    // What was settled by the change has been heard of in the next turn.
    const sample = async (): Promise<void> => {
      await nextTurn()
      const here = host.backends().filter(({ raising, state }) => !raising && state !== 'stopping')
      most = Math.max(most, here.length + underWay.size)
      for (const { raising, state } of host.backends()) stages.add(raising ? `raising ${state}` : state)
    }
    stopListening = host.subscribe({ changed: () => void sample(), trouble: () => undefined })
  })
  afterEach(() => stopListening())

  const raise = (signal = AbortSignal.timeout(60_000)): Promise<BackendKey> => {
    const raised = host.raise(signal)
    underWay.add(raised)
    const isOver = () => underWay.delete(raised)
    raised.then(isOver, isOver)
    return raised
  }
  const raiseMany = (count: number) => Promise.all(Array.from({ length: count }, () => raise()))
  const states = (): string[] => host.backends().map(({ number, state }) => `${number} ${state}`)
  const keyOf = (number: number): BackendKey => host.backends().find((one) => one.number === number)?.backend ?? ''
  const shows = (...wanted: string[]) => until(wanted.join(), () => states().join() === wanted.join())

  describe('the life of backends', () => {
    it('many come up side by side, each with a name, a number and an address of its own', async () => {
      const raised = await raiseMany(5)
      expect(states()).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `${number} up`))
      const keys = host.backends().map(({ backend }) => backend)
      expect(keys.slice(2).sort()).toEqual(raised.toSorted())
      expect(new Set(host.backends().map(({ address }) => address)).size).toBe(7)
      expect(host.backends().every(({ raising }) => !raising)).toBe(true)
      await nextTurn()
      expect(most).toBe(7)
      expect(stages).toContain('raising starting')
      expect(stages).not.toContain('starting')
    })

    it('several are stopped at once: stopping from the call on, then gone', async () => {
      const stopped = [7, 6, 5, 4].map((number) => host.stop(keyOf(number)))
      expect(states()).toEqual(['1 up', '2 up', '3 up', '4 stopping', '5 stopping', '6 stopping', '7 stopping'])
      const again = host.stop(keyOf(7))
      await Promise.all([...stopped, again])
      expect(states()).toEqual(['1 up', '2 up', '3 up'])
      expect(await opened.count()).toBe(3)
    })

    it('a raise that is called off rejects with the reason and leaves nothing; the others go on', async () => {
      const off = new AbortController()
      const called = [raise(off.signal), raise(off.signal), raise(off.signal)].map((one) =>
        one.catch((error: unknown) => String(error)),
      )
      const stays = raise()
      await until('something is being raised', () => host.backends().some(({ raising }) => raising))
      off.abort(new Error('changed my mind'))
      expect(await Promise.all(called)).toEqual(Array.from({ length: 3 }, () => 'Error: changed my mind'))
      const key = await stays
      expect(host.backends()).toHaveLength(4)
      expect(host.backends().at(-1)).toMatchObject({ backend: key, state: 'up', raising: false })
      expect(await opened.count()).toBe(4)
      await nextTurn()
      expect(most).toBeLessThanOrEqual(7)
      await host.stop(key)
    })

    it('a raise whose signal has aborted before it begins makes nothing', async () => {
      await expect(host.raise(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late')
      await expect(host.stop('0123456789ab')).resolves.toBeUndefined()
      expect(states()).toEqual(['1 up', '2 up', '3 up'])
    })

    it('a backend that dies stays, down, and is stopped like any other', async () => {
      await opened.kill(3)
      await shows('1 up', '2 up', '3 down')
      await host.stop(keyOf(3))
      expect(states()).toEqual(['1 up', '2 up'])
    })

    it('a frozen backend is stopped like any other', async () => {
      await raise()
      await opened.freeze(3)
      await shows('1 up', '2 up', '3 paused')
      await host.stop(keyOf(3))
      expect(states()).toEqual(['1 up', '2 up'])
      expect(await opened.count()).toBe(2)
    })

    it('all can be stopped at once, and many be raised after that', async () => {
      const first = keyOf(1)
      await Promise.all([1, 2].map((number) => host.stop(keyOf(number))))
      expect(states()).toEqual([])
      expect(await opened.count()).toBe(opened.leaves)
      most = 0
      const raised = await raiseMany(3)
      expect(states()).toEqual(['1 up', '2 up', '3 up'])
      expect(raised.includes(first)).toBe(opened.leaves === 1)
      expect(await opened.count()).toBe(3)
      await nextTurn()
      expect(most).toBe(3)
    })

    it('backends that are raised while all others are stopped stay, and nothing is left over', async () => {
      const stopped = [1, 2, 3].map((number) => host.stop(keyOf(number)))
      const [raised] = await Promise.all([raise(), ...stopped])
      expect(host.backends()).toMatchObject([{ backend: raised, state: 'up', raising: false }])
      await until('no container is left over', async () => (await opened.count()) === 1)
    })
  })
}
