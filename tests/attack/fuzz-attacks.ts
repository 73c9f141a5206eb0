import { expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'
import type { Victim } from './victim.ts'

// 10,000 of them in `npm run verify -- fuzz`.
const SAMPLE = 1_000
const SEED = 20_261_122

export function fuzzAttacks(victim: Victim): void {
  test(`${SAMPLE} senseless packets, bodies and heads: nothing breaks, nothing is a server error`, async () => {
    const counts = await fuzz(victim, SAMPLE, SEED)
    expect(counts.packets + counts.bodies + counts.heads).toBeGreaterThanOrEqual(SAMPLE)
    expect(counts.serverErrors).toEqual([])
    expect(await victim.product().api.isReady()).toBe(true)
    await victim.expectUntouched()
  })
}
