import { until } from '../until.ts'
import { expect, test } from './fixtures.ts'

test('a replica added on the page comes up and takes its turns', async ({ dashboard, running }) => {
  await dashboard.addReplica.click()
  await expect(dashboard.replicas).toHaveValue('3')
  const { backends } = await until('three are listed, and the list is in force', async () => {
    const cluster = await running.product.api.cluster()
    return !cluster.scaling && cluster.backends.filter(({ listed }) => listed).length === 3 && cluster
  })
  for (const { backend } of backends) await expect(dashboard.backend(backend)).toBeVisible()
  await dashboard.sendBurst({ requests: 12 })
  await expect(dashboard.verdict('12 answered, 4 each, in strict rotation.')).toBeVisible()
})

test('a replica added in mid-burst: the verdict tells of it and calls even what was even', async ({
  dashboard,
  running,
}) => {
  const { api } = running.product
  await dashboard.sendBurst({ requests: 120, perSecond: 20 })
  const { id } = await api.running()
  await dashboard.addReplica.click()
  const { stretches, fairness, deviations } = await api.ended(id)
  expect([stretches.length, deviations]).toEqual([2, 0])
  expect(fairness?.spread).toBeLessThanOrEqual(1)
  const { backends } = await api.cluster()
  const number = Math.max(...backends.map((one) => one.number))
  const last = stretches.at(-1)?.answered
  const verdict = `120 answered in strict rotation; backend ${number} joined for the last ${last}.`
  await expect(dashboard.verdict(verdict)).toBeVisible()
})

test('a number of replicas that cannot be had is refused at its field, and nothing is scaled', async ({
  dashboard,
  running,
}) => {
  for (const typed of ['51', '500', 'many']) {
    await dashboard.replicas.fill(typed)
    await dashboard.replicas.press('Enter')
    await expect(dashboard.cluster.getByText('A whole number from 0 to 50.')).toBeVisible()
    await expect(dashboard.replicas).toHaveValue(typed)
  }
  await dashboard.replicas.press('Escape')
  await expect(dashboard.replicas).toHaveValue('2')
  expect((await running.product.api.cluster()).replicas).toBe(2)
})

test('a replica removed on the page drains and goes, and nothing fails', async ({ dashboard, running }) => {
  const { backends } = await running.product.api.scale(3)
  const leaving = backends.at(-1)?.backend ?? ''
  await expect(dashboard.backend(leaving)).toBeVisible()
  const id = await running.product.api.start({ durationMs: 8_000, concurrency: 2, ratePerSecond: 40 })
  await dashboard.removeReplica.click()
  await expect(dashboard.backend(leaving)).toBeHidden({ timeout: 30_000 })
  const burst = await running.product.api.ended(id)
  expect(burst.failed + burst.timedOut + burst.errors).toBe(0)
})
