import { expect, test } from './fixtures.ts'

test('a burst is sent from the form, and its turns are read on the page', async ({ dashboard, running }) => {
  await dashboard.sendBurst({ requests: 12 })
  await expect(dashboard.verdict('12 answered, 6 each, in strict rotation.')).toBeVisible()

  await dashboard.asTable.click()
  const rows = dashboard.table.getByRole('row').filter({ hasText: /^[^a-z]*\d/ })
  await expect(rows).toHaveCount(12)
  const { backends } = await running.product.api.cluster()
  const texts = await rows.allInnerTexts()
  const turns = texts.map((text) => backends.find(({ backend }) => text.includes(backend.slice(0, 4)))?.number)
  expect(new Set(turns)).toEqual(new Set(backends.map(({ number }) => number)))
  expect(turns.filter((turn, index) => index > 0 && turn === turns[index - 1])).toEqual([])
})

test('the form opens as twenty requests, one in flight, four a second, and nothing is sent unasked', async ({
  dashboard,
  running,
}) => {
  await expect(dashboard.requests).toHaveValue('20')
  await expect(dashboard.atOnce).toHaveValue('1')
  await expect(dashboard.perSecond).toHaveValue('4')
  const before = (await running.product.api.bursts()).length
  await dashboard.page.reload()
  await expect(dashboard.send).toBeEnabled()
  expect((await running.product.api.bursts()).length).toBe(before)
})

test('a burst that runs can be cancelled, and what was sent is accounted for', async ({ dashboard, running }) => {
  await dashboard.sendBurst({ requests: 5_000, perSecond: 100 })
  await expect(dashboard.page.getByRole('progressbar')).toBeVisible()
  const { id } = await running.product.api.running()
  await dashboard.cancel.click()
  await expect(dashboard.send).toBeEnabled()
  const burst = await running.product.api.burst(id)
  expect(burst.status).toBe('cancelled')
  expect(burst.inFlight).toBe(0)
  expect(burst.sent).toBe(burst.answered + burst.failed + burst.timedOut + burst.cancelled)
  expect(burst.sent).toBeLessThan(5_000)
})

test('a browser that joins late sees the same totals', async ({ dashboard, running, browser }) => {
  await dashboard.sendBurst({ requests: 40, perSecond: 20 })
  await running.product.api.running()
  const late = await browser.newPage()
  await late.goto(running.product.url)
  const verdict = '40 answered, 20 each, in strict rotation.'
  await expect(dashboard.verdict(verdict)).toBeVisible()
  await expect(late.getByRole('region', { name: 'Tape' }).getByText(verdict)).toBeVisible()
  await late.close()
})
