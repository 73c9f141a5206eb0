import { DashboardPage } from './dashboard-page.ts'
import { expect, test } from './fixtures.ts'

test('a link that breaks in mid-burst leaves no gap and no double', async ({ dashboard, running, context }) => {
  await dashboard.page.close()
  const page = await context.newPage()
  const behindCable = new DashboardPage(page)
  await behindCable.open(running.proxyUrl)
  await behindCable.sendBurst({ requests: 200, perSecond: 40 })
  const burst = await running.product.api.running()
  for (const sent of [20, 60, 100]) {
    await expect
      .poll(async () => (await running.product.api.burst(burst.id)).sent, { intervals: [50] })
      .toBeGreaterThan(sent)
    expect(running.proxy.cut()).toBeGreaterThan(0)
  }
  const ended = await running.product.api.ended(burst.id)
  expect(ended.answered).toBe(200)
  await expect(behindCable.verdict(/\b200 answered/)).toBeVisible()
  for (const { backend, answered } of ended.byBackend)
    await expect(behindCable.backend(backend, `${answered} answered`)).toBeVisible()
  await behindCable.asTable.click()
  await expect(behindCable.table).toHaveAttribute('aria-rowcount', '201')
})

test('a server that cannot be reached is said, and found again without a reload', async ({ dashboard, running }) => {
  await dashboard.open(running.proxyUrl)
  running.proxy.refuse()
  await expect(
    dashboard.page.getByText(/(connection|link|server).*(lost|gone|not answer|no longer)|reconnect/i).first(),
  ).toBeVisible()
  running.proxy.allow()
  await expect(dashboard.send).toBeEnabled({ timeout: 30_000 })
})
