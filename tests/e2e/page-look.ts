import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, expect, type Page } from '@playwright/test'
import { DashboardPage } from './dashboard-page.ts'
import type { FakeDashboard } from './fake-dashboard.ts'
import { watchForErrors } from './page-errors.ts'
import type { State } from './page-state.ts'

export type Size = { name: 'wide' | 'low' | 'narrow'; width: number; height: number }
export type Theme = 'light' | 'dark'

export const SIZES: readonly Size[] = [
  { name: 'wide', width: 1440, height: 900 },
  { name: 'low', width: 1280, height: 720 },
  { name: 'narrow', width: 390, height: 844 },
]
export const THEMES: readonly Theme[] = ['light', 'dark']

/** What was wrong with a state that was shown as promised. */
export type Faults = {
  /** Of axe, with the theme. */
  violations: string[]
  /** How far the page scrolls sideways, CSS pixels. */
  sidewaysPx: number
  /** How far the band of a low page, or the inspector beside it, ends below the fold, CSS pixels. */
  belowFoldPx: number
  /** Texts of the inspector that do not find room. */
  cut: string[]
  errors: string[]
}

export const NO_FAULTS: Faults = { violations: [], sidewaysPx: 0, belowFoldPx: 0, cut: [], errors: [] }

async function belowFoldPx(page: Page, { name, height }: Size): Promise<number> {
  if (name === 'narrow') return 0
  // There is no band before the first burst.
  const parts = [page.locator('.panel-inspector'), ...(name === 'low' ? await page.getByTestId('band').all() : [])]
  const boxes = await Promise.all(parts.map((one) => one.boundingBox()))
  return Math.max(0, ...boxes.map((box) => (box ? box.y + box.height - height : 0)))
}

const cutTexts = (page: Page): Promise<string[]> =>
  page.locator('.panel-inspector :is(h2, h3, p, span, dt, dd)').evaluateAll((elements) =>
    elements
      .filter((one) => getComputedStyle(one).overflow === 'hidden' && !one.classList.contains('sr-only'))
      .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 2)
      .map((one) => one.textContent ?? ''),
  )

/** Brings a state about on a page of this size and looks at it in both themes; throws when it is not shown as promised. */
export async function lookAt(
  browser: Browser,
  server: FakeDashboard,
  state: State,
  size: Size,
  seen: (page: Page, theme: Theme) => Promise<void> = async () => {},
): Promise<Faults> {
  server.play(state.script)
  const { width, height } = size
  const context = await browser.newContext({
    ...{ viewport: { width, height }, colorScheme: 'light', reducedMotion: 'reduce' },
  })
  try {
    const page = await context.newPage()
    const errors = watchForErrors(page)
    const dashboard = new DashboardPage(page)
    await page.goto(server.url)
    if (state.act) {
      await expect(dashboard.addReplica).toBeEnabled()
      await state.act(dashboard, server)
    }
    const violations: string[] = []
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme })
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
      await state.shows(dashboard)
      await dashboard.chartsAreDrawn()
      await seen(page, theme)
      // The page has no frames: axe need not open another page to join their results.
      const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode()
      const found = await axe.analyze()
      for (const { id, nodes } of found.violations)
        violations.push(`${theme}, ${id}: ${nodes.map(({ html }) => html).join(' ')}`)
    }
    const sidewaysPx = await page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth))
    return { violations, sidewaysPx, belowFoldPx: await belowFoldPx(page, size), cut: await cutTexts(page), errors }
  } finally {
    await context.close()
  }
}
