import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FrontDoor } from '#lib/front-door/front-door.ts'
import { openNginxFrontDoor } from '#lib/front-door/nginx-front-door.ts'
import { until } from '#tests/until.ts'
import { listed, put } from '../contract/listed.ts'
import { type ScriptedControl, scriptedControl } from './scripted-control.ts'

/** Ten times what an apply takes that nothing holds up; the product's is 20 s. */
const SHORT_DEADLINE_MS = 2_000
/** An engine that took the call and never answers. */
const never = (): Promise<void> => new Promise(() => undefined)

let control: ScriptedControl
let door: FrontDoor

beforeEach(async () => {
  control = await scriptedControl()
  door = await openNginxFrontDoor({
    ...{ control, byName: { host: 'backend', port: 8000 }, lookAtWorkersEveryMs: 250, log: () => undefined },
  })
})
afterEach(() => door.close())

test('a front door that is silent at first and then answers by another owner is only watched', async () => {
  const quiet = await scriptedControl()
  quiet.generation = 'aaaaaa-7'
  quiet.isSilent = true
  const watching = await openNginxFrontDoor({
    ...{ control: quiet, byName: { host: 'backend', port: 8000 }, lookAtWorkersEveryMs: 250, log: () => undefined },
  })
  quiet.isSilent = false
  await until('the owner is known', () => watching.ownership?.owner().mine === false)
  await expect(put(watching, listed('10.0.0.1:8000'))).rejects.toMatchObject({ problem: { code: 'read-only' } })
  expect(quiet.written).toEqual([])
  await watching.close()
})

const liveFiles = () => control.written.filter((file) => file.startsWith('nginx.conf'))

describe('putting a configuration in force', () => {
  test('checks the candidate before anything is live, and knows the generation before the reload', async () => {
    const known: unknown[] = []
    control.before = (call) => {
      const [, bearing = ''] = /Generation (\S+) always/.exec(control.written.at(-1) ?? '') ?? []
      if (call === 'reload') known.push(door.membership.configurationOf(bearing))
    }
    const servers = listed('10.0.0.1:8000')
    const generation = await put(door, servers)
    expect(control.calls.slice(0, 4)).toEqual(['put lease', 'put candidate.conf', 'check', 'put nginx.conf'])
    expect(known).toEqual([door.membership.configurationOf(generation)])
    expect(known[0]).not.toBeNull()
    expect(door.membership.configuration()?.servers).toEqual(servers)
  })

  test('that no new connection shows is undone, and said', async () => {
    const before = await put(door, listed('10.0.0.1:8000'))
    control.ignoresReloads = true
    await expect(put(door, listed('10.0.0.2:8000'))).rejects.toMatchObject({
      problem: { code: 'not-reached', stage: 'reloaded' },
    })
    expect(liveFiles().at(-1)).toContain(before)
    await until('the list before is known to be in force again', () => door.membership.generation() === before)
  })

  test('by another dashboard in between is not undone: this one stands back', async () => {
    await put(door, listed('10.0.0.1:8000'))
    control.ignoresReloads = true
    control.before = (call) => {
      if (call === 'reload') control.generation = 'other1-4'
    }
    const count = liveFiles().length
    await expect(put(door, listed('10.0.0.2:8000'))).rejects.toMatchObject({ problem: { code: 'read-only' } })
    expect(liveFiles()).toHaveLength(count + 1)
    expect(door.ownership?.owner()).toEqual({ mine: false, name: 'other1' })
    expect(control.generation).toBe('other1-4')
  })

  test('ends soon when the front door is closed meanwhile, and the DNS list is handed back', async () => {
    await put(door, listed('10.0.0.1:8000'))
    control.ignoresReloads = true
    const applied = put(door, listed('10.0.0.2:8000'))
    const rejected = expect(applied).rejects.toMatchObject({ problem: { code: 'not-reached' } })
    await until('it waits for the generation', () => control.calls.filter((call) => call === 'reload').length === 2)
    control.ignoresReloads = false
    await door.close()
    await rejected
    expect(liveFiles().at(-1)).toContain('server backend:8000 resolve')
    await expect(put(door, [])).rejects.toMatchObject({ problem: { code: 'not-reached' } })
  })

  test.each([
    ['check', 'listed'],
    ['reload', 'reloaded'],
  ])('ends in time though the engine never answers "%s", and the next one comes in force', async (hanging, stage) => {
    const slow = await scriptedControl()
    const impatient = await openNginxFrontDoor({
      ...{ control: slow, byName: { host: 'backend', port: 8000 }, lookAtWorkersEveryMs: 250, log: () => undefined },
      applyDeadlineMs: SHORT_DEADLINE_MS,
    })
    await put(impatient, listed('10.0.0.1:8000'))
    slow.before = (call) => (call === hanging ? never() : undefined)
    await expect(put(impatient, listed('10.0.0.2:8000'))).rejects.toMatchObject({
      problem: { code: 'not-reached', stage, cause: 'it took longer than 2 s' },
    })
    slow.before = () => undefined
    expect(await put(impatient, listed('10.0.0.2:8000'))).toBe(slow.generation)
    await impatient.close()
  })

  test('does not keep the front door from closing when the engine never answers', async () => {
    await put(door, listed('10.0.0.1:8000'))
    control.before = (call) => (call === 'check' ? never() : undefined)
    const rejected = expect(put(door, listed('10.0.0.2:8000'))).rejects.toMatchObject({
      problem: { code: 'not-reached', cause: expect.stringContaining('being closed') },
    })
    await until('it waits for the engine', () => control.calls.filter((call) => call === 'check').length === 2)
    const begun = performance.now()
    await Promise.all([rejected, door.close()])
    expect(performance.now() - begun).toBeLessThan(7_000)
    expect(control.generation).toBe('dns-0')
  })

  test('or handing the list back does not either', async () => {
    await put(door, listed('10.0.0.1:8000'))
    control.before = never
    const begun = performance.now()
    await door.close()
    expect(performance.now() - begun).toBeLessThan(9_000)
  })

  test('whose reload got lost leaves every backend reachable until a list is in force for sure', async () => {
    const [one] = listed('10.0.0.1:8000')
    if (!one) throw new Error('no server')
    const before = await put(door, [one])
    control.before = (call) => {
      if (call === 'reload') throw new Error('the engine is away')
    }
    await expect(put(door, [])).rejects.toThrow('away')
    const asked = control.asked
    await until('the front door was asked twice more', () => control.asked > asked + 1)
    expect(control.generation).toBe(before)
    expect(door.membership.generation()).toBeNull()
    expect(door.membership.mayReach(one.backend)).toBe(true)
    expect(door.membership.mayReach('a backend of the lost list')).toBe(true)
    control.before = () => undefined
    await put(door, [])
    await until('no worker has it', () => !door.membership.mayReach(one.backend))
  })

  test('renews the lease again after a second when that failed', async () => {
    await put(door, listed('10.0.0.1:8000'))
    const triedAt: number[] = []
    control.before = (call) => {
      if (call === 'put lease' && triedAt.push(performance.now()) < 3) throw new Error('the engine is away')
    }
    await until('it was renewed', () => triedAt.length === 3, 60_000)
    const [first = 0, , third = 0] = triedAt
    // Less than one interval of 5 s for two more tries: the lease outlives them.
    expect(third - first).toBeLessThan(5_000)
  })

  test('renews the lease again when the engine took the call and said nothing', async () => {
    await put(door, listed('10.0.0.1:8000'))
    const triedAt: number[] = []
    control.before = (call) => {
      if (call !== 'put lease') return
      triedAt.push(performance.now())
      return never()
    }
    await until('it was tried again', () => triedAt.length === 2, 60_000)
    const [first = 0, second = 0] = triedAt
    // 5 s after the last renewal and then another 5: the lease of 15 s outlives one call that hangs, and the next one.
    expect(second - first).toBeLessThan(5_000)
  })
})
