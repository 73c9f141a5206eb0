import { expect, test } from './fixtures.ts'
import { legibility } from './legibility.ts'

test('fifty backends are told apart at a glance', async ({ dashboard, running }) => {
  // In steps: each target has 30 s of its own, on a machine that tests other things as well.
  for (const replicas of [18, 34, 50]) await running.product.api.scale(replicas)
  const { backends } = await running.product.api.cluster()
  expect(backends).toHaveLength(50)
  const plain = { shown: 50, outside: 0, overlapping: 0 }
  await expect.poll(() => legibility(dashboard.cluster, backends)).toMatchObject(plain)
  expect((await legibility(dashboard.cluster, backends)).smallestTextPx).toBeGreaterThanOrEqual(11)
})
