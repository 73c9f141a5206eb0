import { AxeBuilder } from '@axe-core/playwright'
import { test as base, expect } from '@playwright/test'
import { type ContactSheet, openContactSheet } from './contact-sheet.ts'
import { DashboardPage } from './dashboard-page.ts'
import { type FakeDashboard, openFakeDashboard } from './fake-dashboard.ts'
import { watchForErrors } from './fixtures.ts'
import { STATES } from './page-scenes.ts'

const SIZES = [
  { name: 'wide', width: 1440, height: 900 },
  { name: 'low', width: 1280, height: 720 },
  { name: 'narrow', width: 390, height: 844 },
]

const test = base.extend<object, { server: FakeDashboard; sheet: ContactSheet }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are needed from this pattern.
    async ({}, use) => {
      const server = await openFakeDashboard()
      await use(server)
      await server.close()
    },
    { scope: 'worker' },
  ],
  sheet: [
    async ({ browser }, use) => {
      const sheet = openContactSheet()
      await use(sheet)
      await sheet.write(browser)
    },
    { scope: 'worker' },
  ],
})

test.describe.configure({ mode: 'parallel' })

for (const state of STATES)
  for (const { name: size, ...viewport } of SIZES)
    test(`${state.name}, ${size}, in both themes`, async ({ browser, server, sheet }) => {
      server.play(state.script)
      const context = await browser.newContext({ viewport, colorScheme: 'light', reducedMotion: 'reduce' })
      const page = await context.newPage()
      const errors = watchForErrors(page)
      const dashboard = new DashboardPage(page)
      await page.goto(server.url)
      if (state.act) {
        await expect(dashboard.addReplica).toBeEnabled()
        await state.act(dashboard, server)
      }
      for (const theme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: theme })
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
        await state.shows(dashboard)
        await sheet.add(page, { state: state.name, theme, size })
        const { violations } = await new AxeBuilder({ page }).analyze()
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
        expect(found, `axe, ${theme}`).toEqual([])
      }
      if (size === 'low') {
        // There is none before the first burst.
        const [band] = await Promise.all((await page.getByTestId('band').all()).map((one) => one.boundingBox()))
        if (band) expect(band.y + band.height, 'the band ends above the fold').toBeLessThanOrEqual(viewport.height)
      }
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(sideways, 'the page scrolls sideways').toBeLessThanOrEqual(0)
      expect(errors).toEqual([])
      await context.close()
    })
