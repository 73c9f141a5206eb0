import { AxeBuilder } from '@axe-core/playwright'
import { test as base, expect } from '@playwright/test'
import { type ContactSheet, openContactSheet } from './contact-sheet.ts'
import { DashboardPage } from './dashboard-page.ts'
import { type FakeDashboard, openFakeDashboard, type Script } from './fake-dashboard.ts'
import { burstScene, emptyScene, mixedSnapshot, type Scene, snapshotOf } from './fake-scenes.ts'
import { watchForErrors } from './fixtures.ts'

type State = {
  name: string
  script: Script
  /** What the test does once the page is there. */
  act?: (dashboard: DashboardPage, server: FakeDashboard) => Promise<void>
  /** What a person must be told, or find on the page. */
  shows: (dashboard: DashboardPage) => Promise<void>
}

const scene = (of: Scene): Script => ({ kind: 'scene', scene: of })
const visible = async (dashboard: DashboardPage, text: string | RegExp): Promise<void> => {
  await expect(dashboard.page.getByText(text).filter({ visible: true }).first()).toBeVisible()
}
const engineGone = snapshotOf(3, {
  trouble: {
    code: 'engine-gone',
    detail: 'The engine does not answer on its socket.',
    since: '2026-01-05T10:00:05.000Z',
  },
})

const STATES: State[] = [
  {
    name: 'loading',
    script: { kind: 'silent' },
    shows: (dashboard) => visible(dashboard, /connecting|looking|waiting/i),
  },
  {
    name: 'empty',
    script: scene(emptyScene(snapshotOf(2))),
    shows: (dashboard) => expect(dashboard.tape.getByRole('button', { name: /send/i })).toBeVisible(),
  },
  {
    name: 'nobody',
    script: scene(emptyScene(snapshotOf(0))),
    shows: (dashboard) => expect(dashboard.cluster.getByRole('button', { name: /add/i }).first()).toBeVisible(),
  },
  {
    name: 'live',
    script: scene(burstScene(3, 72, { requests: 120 })),
    shows: (dashboard) => expect(dashboard.page.getByRole('progressbar')).toBeVisible(),
  },
  {
    name: 'finished',
    script: scene(burstScene(3, 72)),
    shows: (dashboard) => expect(dashboard.verdict('72 answered, 24 each, in strict rotation.')).toBeVisible(),
  },
  {
    name: 'failover',
    script: scene(burstScene(3, 72, { brokenFrom: 40 })),
    shows: (dashboard) => expect(dashboard.verdict(/1 of 72 failed/)).toBeVisible(),
  },
  {
    name: 'scaling',
    script: scene(burstScene(4, 60, { snapshot: mixedSnapshot() })),
    shows: async (dashboard) => {
      for (const word of ['starting', 'draining', 'down'])
        await expect(dashboard.cluster.getByRole('button', { name: new RegExp(word) }).first()).toBeVisible()
    },
  },
  {
    name: 'disconnected',
    script: scene(burstScene(3, 72)),
    act: async (_dashboard, server) => server.vanish(),
    shows: (dashboard) => visible(dashboard, /lost|gone|reconnect|trying again/i),
  },
  {
    name: 'engine-gone',
    script: scene(burstScene(3, 72, { snapshot: engineGone })),
    shows: (dashboard) => visible(dashboard, /engine/i),
  },
  {
    name: 'error',
    script: scene(emptyScene(snapshotOf(3))),
    act: async (dashboard) => dashboard.addReplica.click(),
    shows: (dashboard) => visible(dashboard, /did not get ready/),
  },
  {
    name: 'fifty',
    script: scene(burstScene(50, 400)),
    shows: (dashboard) => expect(dashboard.verdict('400 answered, 8 each, in strict rotation.')).toBeVisible(),
  },
]

const SIZES = [
  { name: 'wide', width: 1440, height: 900 },
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
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(sideways, 'the page scrolls sideways').toBeLessThanOrEqual(0)
      expect(errors).toEqual([])
      await context.close()
    })
