import { describe, expect, test } from 'vitest'
import { configurationOf } from '#lib/front-door/configuration.ts'
import type { NginxWorker } from '#lib/front-door/nginx-control.ts'
import { OldWorkers } from '#lib/front-door/old-workers.ts'
import { DEFAULT_POLICY } from '#lib/protocol/configuration.ts'
import { listed } from '#tests/contract/listed.ts'
import { VirtualClock } from '../cluster/virtual-clock.ts'

/** Old workers over processes that a test starts and ends; a look takes `lookMs`. */
function stage() {
  const clock = new VirtualClock()
  const living = new Map<number, NginxWorker>()
  const state = { canTell: true, lookMs: 0, gone: 0 }
  const old = new OldWorkers({
    clock,
    lookEveryMs: 50,
    gone: () => {
      state.gone += 1
    },
    look: async () => {
      const seen = [...living.values()]
      if (state.lookMs > 0) await clock.sleep(state.lookMs)
      return state.canTell ? seen : null
    },
  })
  const live = (pid: number, isLeaving = false) => living.set(pid, { pid, isLeaving })
  return { clock, living, state, old, live }
}

const servers = listed('10.0.0.1:1', '10.0.0.2:1')
const [first, second] = servers.map(({ backend }) => backend) as [string, string]
const both = configurationOf(DEFAULT_POLICY, servers)
const onlyFirst = configurationOf(DEFAULT_POLICY, servers.slice(0, 1))

describe('old workers', () => {
  test('reach what their own configuration had, until they are gone', async () => {
    const { clock, living, state, old, live } = stage()
    live(1)
    old.retire([1], both)
    live(2)
    old.retire([2], onlyFirst)
    expect([old.mayReach(first), old.mayReach(second)]).toEqual([true, true])
    living.delete(1)
    await clock.run(100)
    expect([old.mayReach(first), old.mayReach(second)]).toEqual([true, false])
    expect(state.gone).toBe(1)
    living.delete(2)
    await clock.run(200)
    expect(old.mayReach(first)).toBe(false)
    expect(state.gone).toBe(2)
  })

  test('that were retired during a look are not lost by it', async () => {
    const { clock, old, live, state } = stage()
    live(1)
    old.retire([1], onlyFirst)
    state.lookMs = 40
    // The look begins at 50 ms and ends at 90 ms; the second reload comes in between.
    await clock.run(70)
    live(2)
    old.retire([2], both)
    await clock.run(95)
    expect(old.mayReach(second)).toBe(true)
    live(2, true)
    expect(await Promise.race([old.stoppedListening(), clock.run(200).then(() => 'late')])).toBe(false)
  })

  test('stop to count as cutting when they are gone, though nobody asks', async () => {
    const { clock, living, old, live } = stage()
    live(1)
    old.retire([1], both)
    await clock.run(900)
    expect(old.mayCut()).toBe(true)
    living.delete(1)
    await clock.run(1_100)
    expect(old.mayCut()).toBe(false)
  })

  test('cut for as long as they are really there', async () => {
    const { clock, old, live } = stage()
    live(1, true)
    old.retire([1], both)
    await clock.run(5_000)
    expect(old.mayCut()).toBe(true)
    await clock.run(12_000)
    expect(old.mayCut()).toBe(false)
  })

  test('that nobody can tell reach everything for as long as they could live', async () => {
    const { clock, old, state } = stage()
    state.canTell = false
    old.retire(null, null)
    await clock.run(9_000)
    expect(old.mayReach('ffffffffffff')).toBe(true)
    await clock.run(12_000)
    expect(old.mayReach('ffffffffffff')).toBe(false)
  })

  test('whose signal got lost count from the next one, or a list would be confirmed over their heads', async () => {
    const { clock, old, live } = stage()
    live(1)
    old.retire([1], both)
    await clock.run(10_500)
    old.retire([1], null)
    await clock.run(12_000)
    expect(old.mayReach(second)).toBe(true)
    expect(await old.stoppedListening()).toBe(false)
    live(1, true)
    await clock.run(20_000)
    expect(old.mayReach(second)).toBe(true)
    await clock.run(22_000)
    expect(old.mayReach(second)).toBe(false)
  })

  test('live for as long as they may from the moment when the signal was surely sent', async () => {
    const { clock, old, live } = stage()
    live(1, true)
    old.retire([1], both)
    await clock.run(9_000)
    old.signalled()
    await clock.run(19_500)
    expect(old.mayReach(second)).toBe(true)
    await clock.run(20_500)
    expect(old.mayReach(second)).toBe(false)
  })

  test('listen until each of them is shutting down', async () => {
    const { clock, old, live } = stage()
    live(1)
    live(2, true)
    old.retire([1, 2], both)
    expect(await old.stoppedListening()).toBe(false)
    live(1, true)
    expect(await old.stoppedListening()).toBe(true)
    void clock
  })
})
