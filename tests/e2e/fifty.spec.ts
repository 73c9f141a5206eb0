import { expect, test } from './fixtures.ts'
import { legibility } from './legibility.ts'

test('fifty backends are told apart at a glance', async ({ dashboard, running }) => {
  await running.product.api.scale(50)
  const { backends } = await running.product.api.cluster()
  expect(backends).toHaveLength(50)
  await expect(dashboard.backend(backends.at(-1)?.backend ?? '')).toBeVisible()
  await expect
    .poll(() => legibility(dashboard.cluster, backends))
    .toEqual({
      ...{ shown: 50, outside: 0, overlapping: 0, cut: 0 },
      smallestTextPx: expect.any(Number),
    })
  expect((await legibility(dashboard.cluster, backends)).smallestTextPx).toBeGreaterThanOrEqual(11)
})
