import { expect, test } from './fixtures.ts'

test('a backend killed from outside is shown as down, and what was rescued is said', async ({ dashboard, running }) => {
  const { backends } = await running.product.api.cluster()
  const victim = backends[1]?.backend ?? ''
  await dashboard.sendBurst({ requests: 60, perSecond: 10 })
  const burst = await running.product.api.running()
  await running.kill(victim)
  await expect(dashboard.backend(victim, 'down')).toBeVisible()
  const ended = await running.product.api.ended(burst.id)
  expect(ended.rescued + ended.failed).toBeGreaterThan(0)
  if (ended.rescued > 0)
    await expect(dashboard.verdict(new RegExp(`${ended.rescued} (was |were )?rescued`))).toBeVisible()
  if (ended.failed > 0) await expect(dashboard.verdict(new RegExp(`${ended.failed} of \\d+ failed`))).toBeVisible()
})
