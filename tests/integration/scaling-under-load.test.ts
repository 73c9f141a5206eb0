import { expect, test } from 'vitest'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import { burstsOverReloads } from '../verify/own-bursts.ts'

const hasNginx = !('missing' in (await findNginx()))

const KINDS = (['nginx', 'built-in'] as const).filter((kind) => hasNginx || kind === 'built-in')

test.each(KINDS)('%s loses nobody while the cluster goes up and down, and nothing is executed twice', async (kind) => {
  const figures = await burstsOverReloads(kind, { requests: 2_000, reloads: 3 }, () => undefined)
  expect(figures).toMatchObject({ lost: 0, twice: 0 })
  expect(figures.executed).toBe(figures.requests)
})
