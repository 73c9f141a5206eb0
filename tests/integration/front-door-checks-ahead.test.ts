import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { configurationOf } from '#lib/front-door/configuration.ts'
import type { FrontDoor } from '#lib/front-door/front-door.ts'
import { openNginxFrontDoor } from '#lib/front-door/nginx-front-door.ts'
import { DEFAULT_POLICY } from '#lib/protocol/configuration.ts'
import { notReached } from '#lib/protocol/problem.ts'
import { until } from '#tests/until.ts'
import { listed, put } from '../contract/listed.ts'
import { type ScriptedControl, scriptedControl } from './scripted-control.ts'

let control: ScriptedControl
let door: FrontDoor

beforeEach(async () => {
  control = await scriptedControl()
  door = await openNginxFrontDoor({
    ...{ control, byName: { host: 'backend', port: 8000 }, lookAtWorkersEveryMs: 250, log: () => undefined },
  })
})
afterEach(() => door.close())

/** An engine that took the call and never answers. */
const never = (): Promise<void> => new Promise(() => undefined)
const checks = () => control.calls.filter((call) => call === 'check').length
const liveFiles = () => control.written.filter((file) => file.startsWith('nginx.conf'))

describe('a configuration', () => {
  test('that was checked ahead goes live without another check', async () => {
    const next = configurationOf(DEFAULT_POLICY, listed('10.0.0.1:8000'))
    door.membership.prepare?.(next)
    door.membership.prepare?.(next)
    await until('it is checked', () => control.calls.includes('check'))
    expect(liveFiles()).toEqual([])
    const generation = await door.membership.apply(next)
    expect(control.calls).toEqual(['put lease', 'put candidate.conf', 'check', 'put nginx.conf', 'reload'])
    expect(control.generation).toBe(generation)
    // What was accepted once is not taken for accepted for ever.
    await door.membership.apply(next)
    expect(checks()).toBe(2)
  })

  test('other than the one that was checked ahead is checked itself', async () => {
    door.membership.prepare?.(configurationOf(DEFAULT_POLICY, listed('10.0.0.1:8000')))
    await put(door, listed('10.0.0.2:8000'))
    expect(checks()).toBe(2)
    expect(liveFiles().at(-1)).toContain('10.0.0.2:8000')
  })

  test('is checked anew after a check ahead that failed, and tells what is wrong then', async () => {
    const next = configurationOf(DEFAULT_POLICY, listed('10.0.0.1:8000'))
    const failing = (call: string) => {
      if (call === 'check') throw notReached('listed', 'Checking the list failed', 'the engine is busy')
    }
    control.before = failing
    door.membership.prepare?.(next)
    await expect(door.membership.apply(next)).rejects.toMatchObject({ problem: { cause: 'the engine is busy' } })
    control.before = () => undefined
    expect(await door.membership.apply(next)).toBe(control.generation)
  })

  test('is not taken over from before another dashboard was the owner', async () => {
    await put(door, listed('10.0.0.1:8000'))
    const next = configurationOf(DEFAULT_POLICY, listed('10.0.0.2:8000'))
    door.membership.prepare?.(next)
    await until('it is checked', () => checks() === 2)
    control.generation = 'other1-4'
    await until('the owner is known', () => door.ownership?.owner().mine === false)
    await expect(door.membership.apply(next)).rejects.toMatchObject({ problem: { code: 'read-only' } })
    door.ownership?.takeOver()
    await door.membership.apply(next)
    expect(checks()).toBe(3)
  })

  test('is what nginx checks, although the files of a check ahead that was given up come late', async () => {
    const slowMs: Record<string, number[]> = { 'put candidate.conf': [4_000], check: [2_000] }
    control.before = (call) => sleep(slowMs[call]?.shift() ?? 0)
    door.membership.prepare?.(configurationOf(DEFAULT_POLICY, listed('10.0.0.1:8000')))
    await until('its files are on their way', () => control.calls.includes('put candidate.conf'))
    await put(door, listed('10.0.0.2:8000'))
    const candidates = control.written.filter((file) => file.startsWith('candidate.conf'))
    expect(candidates).toHaveLength(2)
    expect(candidates.at(-1)).toContain('10.0.0.2:8000')
  })

  test('waits for a check ahead that hangs, but not for long', async () => {
    control.before = (call) => (call === 'check' ? never() : undefined)
    door.membership.prepare?.(configurationOf(DEFAULT_POLICY, listed('10.0.0.1:8000')))
    await until('it is being checked', () => control.calls.includes('check'))
    control.before = () => undefined
    expect(await put(door, listed('10.0.0.2:8000'))).toBe(control.generation)
  })
})
