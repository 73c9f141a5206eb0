import { expect, test } from './fixtures.ts'

test('everything is done by keyboard alone', async ({ dashboard, running }) => {
  const { keyboard } = dashboard.page
  await dashboard.page.locator('body').press('n')
  await expect(dashboard.verdict(/1 answered/)).toBeVisible()

  await keyboard.press('+')
  await expect.poll(async () => (await running.product.api.cluster()).replicas).toBe(3)
  await expect.poll(async () => (await running.product.api.cluster()).scaling).toBe(false)
  await keyboard.press('-')
  await expect.poll(async () => (await running.product.api.cluster()).replicas).toBe(2)
  await expect.poll(async () => (await running.product.api.cluster()).backends.length, { timeout: 30_000 }).toBe(2)

  await keyboard.press('b')
  await expect(dashboard.cancel).toBeEnabled()
  const { id } = await running.product.api.running()
  await keyboard.press('Escape')
  await expect.poll(async () => (await running.product.api.burst(id)).status).toBe('cancelled')

  await keyboard.press('t')
  await expect(dashboard.table).toBeVisible()
  await keyboard.press('t')
  await expect(dashboard.table).toBeHidden()

  await keyboard.press('?')
  await expect(dashboard.page.getByRole('dialog')).toBeVisible()
  await keyboard.press('Escape')
  await expect(dashboard.page.getByRole('dialog')).toBeHidden()
})

test('letters typed into a field are no shortcuts', async ({ dashboard, running }) => {
  const before = (await running.product.api.bursts()).length
  await dashboard.requests.focus()
  await dashboard.page.keyboard.type('bn+-t')
  await expect(dashboard.table).toBeHidden()
  expect((await running.product.api.bursts()).length).toBe(before)
  expect((await running.product.api.cluster()).replicas).toBe(2)
})

test('Tab reaches every control, and the focus is always to be seen', async ({ dashboard }) => {
  const { page } = dashboard
  const reached = new Set<string>()
  for (let press = 0; press < 60; press++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      if (element === null || element === document.body) return null
      const style = getComputedStyle(element)
      // In the diagram the mark is a frame inside of the element.
      const framed = [...element.querySelectorAll('rect')].some(
        (one) => one.getAttribute('stroke') === 'var(--focus)' && getComputedStyle(one).opacity === '1',
      )
      const outlined = style.outlineStyle !== 'none' && style.outlineWidth !== '0px'
      const seen = outlined || style.boxShadow !== 'none' || framed
      const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null
      return { name: element.getAttribute('aria-label') ?? label ?? element.textContent ?? '', seen }
    })
    if (focused === null) continue
    expect(focused.seen, `focus on "${focused.name}" is not to be seen`).toBe(true)
    reached.add(focused.name.trim())
  }
  const names = [...reached].join(' | ')
  for (const name of [
    'Send burst',
    'Requests',
    'In flight',
    'Rate per second',
    'Add a replica',
    'Remove a replica',
    'Theme',
  ])
    expect(names).toContain(name)
})
