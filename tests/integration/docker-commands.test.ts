import { expect, test } from 'vitest'
import { commandFakeEngine } from '../verify/commands-on-fake.ts'
import { unexpected } from '../verify/random-commands.ts'

const SEEDS = Array.from({ length: 8 }, (_, index) => index + 1)

test.each(SEEDS)(
  '50 commands at once on a Docker engine with a bad day end at the last target or an error, seed %i',
  async (seed) => {
    const settled = await commandFakeEngine(seed)
    expect(unexpected(settled)).toEqual([])
    expect(settled).toMatchObject({ isRight: true, doubles: 0, unknown: 0, leftAfterwards: 0 })
    expect(settled.settledMs).toBeLessThan(30_000)
  },
)
