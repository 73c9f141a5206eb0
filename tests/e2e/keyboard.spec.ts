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

test('all that can be selected is selected by keyboard alone, and Esc takes one step back', async ({
  dashboard,
  running,
}) => {
  const { page } = dashboard
  const { keyboard } = page
  await dashboard.sendBurst({ requests: 12 })
  await expect(dashboard.verdict(/12 answered/)).toBeVisible()
  // The field has the focus: the first Esc leaves it, and nothing else.
  await dashboard.requests.focus()
  await keyboard.press('Escape')
  await expect(dashboard.requests).not.toBeFocused()

  await keyboard.press('0')
  await expect(dashboard.selected('Front door')).toBeVisible()
  await expect(dashboard.frontDoor).toHaveAttribute('aria-pressed', 'true')

  const { backends } = await running.product.api.cluster()
  const second = backends.find(({ number }) => number === 2)?.backend ?? ''
  await keyboard.press('2')
  await expect(dashboard.selected(`2 ${second}`)).toBeVisible()
  await expect(dashboard.selected('Front door')).toBeHidden()
  await expect(dashboard.backend(second)).toHaveAttribute('aria-pressed', 'true')

  await keyboard.press('ArrowLeft')
  await expect(dashboard.selected('#11')).toBeVisible()
  await keyboard.press('ArrowLeft')
  await expect(dashboard.selected('#10')).toBeVisible()
  await keyboard.press('ArrowRight')
  await expect(dashboard.selected('#11').getByText('answered 200')).toBeVisible()

  await keyboard.press('Escape')
  await expect(dashboard.burst).toBeVisible()

  // By focus and Enter: the front door, a backend next to it, and a request on the tape.
  await dashboard.frontDoor.focus()
  await keyboard.press('Enter')
  await expect(dashboard.selected('Front door')).toBeVisible()
  await dashboard.backend(backends[0]?.backend ?? '').focus()
  await keyboard.press('ArrowDown')
  await keyboard.press('Enter')
  await expect(dashboard.backend(second)).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('slider', { name: 'Step through requests' }).focus()
  await keyboard.press('Home')
  await expect(dashboard.selected('#0')).toBeVisible()

  // A running burst is only cancelled when nothing is selected any more.
  await keyboard.press('Escape')
  await expect(dashboard.burst).toBeVisible()
  await dashboard.requests.fill('2000')
  await dashboard.perSecond.fill('20')
  await keyboard.press('Escape')
  await expect(dashboard.perSecond).not.toBeFocused()
  await keyboard.press('b')
  const { id } = await running.product.api.running()
  await keyboard.press('0')
  await expect(dashboard.selected('Front door')).toBeVisible()
  await keyboard.press('Escape')
  await expect(dashboard.burst).toBeVisible()
  expect((await running.product.api.burst(id)).status).toBe('running')
  await keyboard.press('Escape')
  await expect.poll(async () => (await running.product.api.burst(id)).status).toBe('cancelled')
})

test('what happened is selected on the band by keyboard', async ({ dashboard, running }) => {
  const { keyboard } = dashboard.page
  await dashboard.sendBurst({ requests: 400, perSecond: 20 })
  await running.product.api.running()
  await dashboard.addReplica.click()
  const scaled = dashboard.events.getByRole('button', { name: /^2 → 3/ })
  await expect(scaled).toBeAttached()
  await scaled.focus()
  await keyboard.press('Enter')
  await expect(dashboard.selected('2 → 3').getByText('Another number of backends was asked for.')).toBeVisible()
  await expect(dashboard.events.getByRole('button', { name: /^backend 3 joined/ })).toBeAttached()
  await keyboard.press('ArrowRight')
  await keyboard.press('Enter')
  await expect(dashboard.selected('backend 3 joined')).toBeVisible()
  await keyboard.press('Escape')
  await expect(dashboard.burst).toBeVisible()
})

test('an earlier run is shown while one is live, and L goes back', async ({ dashboard, running }) => {
  const { keyboard } = dashboard.page
  await dashboard.sendBurst({ requests: 7 })
  await expect(dashboard.verdict(/\b7 answered/)).toBeVisible()
  await dashboard.sendBurst({ requests: 2_000, perSecond: 20 })
  const { id } = await running.product.api.running()
  await expect(dashboard.verdict(/\b7 answered/)).toBeHidden()

  // The newest stands first.
  const earlier = dashboard.burst.getByRole('button', { name: /\b7 answered, none failed/ }).first()
  await earlier.focus()
  await keyboard.press('Enter')
  await expect(dashboard.verdict(/\b7 answered/)).toBeVisible()
  await expect(dashboard.tape.getByText(/^Run of .*, not live$/)).toBeVisible()
  await expect(dashboard.cancel).toBeEnabled()
  await keyboard.press('ArrowLeft')
  await expect(dashboard.selected('#6')).toBeVisible()
  await keyboard.press('Escape')

  // It plays step by step, as it did.
  await dashboard.page.getByRole('button', { name: 'One answer back' }).click()
  await expect(dashboard.verdict(/\b6 answered/)).toBeVisible()

  await keyboard.press('l')
  await expect(dashboard.tape.getByText(/not live/)).toBeHidden()
  await expect(dashboard.verdict(/\b7 answered/)).toBeHidden()
  expect((await running.product.api.burst(id)).status).toBe('running')
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
