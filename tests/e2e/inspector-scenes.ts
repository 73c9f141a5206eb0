import { expect } from '@playwright/test'
import type { DashboardPage } from './dashboard-page.ts'
import { burstScene, withEarlier } from './fake-scenes.ts'
import { type State, scene } from './page-state.ts'

const press = async (dashboard: DashboardPage, ...keys: string[]): Promise<void> => {
  for (const key of keys) await dashboard.page.locator('body').press(key)
}

/** The request that backend 2 dies with is #46; the front door asks it again with #67. */
const EVENTS = { joinedAt: 30, brokenFrom: 46 }
/** A backend joins, another dies, and while the next run goes on this one can be shown again. */
const eventful = burstScene(3, 72, EVENTS)
const withRuns = withEarlier(burstScene(3, 72, { requests: 120, id: 'b9' }), [
  burstScene(3, 72, { id: 'b8', ...EVENTS, earlierS: 300 }),
  ...[1, 2, 3, 4, 5].map((ago) => burstScene(3, 30 + ago, { id: `b${8 - ago}`, earlierS: 300 + ago * 90 })),
])

/** What can be selected, and the runs that can be shown. */
export const INSPECTED: readonly State[] = [
  {
    name: 'failover',
    script: scene(eventful),
    shows: async (dashboard) => {
      await expect(dashboard.verdict(/1 of 72 failed/)).toBeVisible()
      await expect(dashboard.events.getByRole('button')).toHaveCount(6)
      await expect(dashboard.page.getByRole('banner').getByText('2 of 3')).toBeVisible()
    },
  },
  {
    name: 'front-door',
    script: scene(eventful),
    act: (dashboard) => press(dashboard, '0'),
    shows: async (dashboard) => {
      await expect(dashboard.selected('Front door').getByTestId('configuration')).toContainText('172.20.0.13:8000')
      await expect(dashboard.frontDoor).toHaveAttribute('aria-pressed', 'true')
    },
  },
  {
    name: 'backend',
    script: scene(eventful),
    act: (dashboard) => press(dashboard, '2'),
    shows: async (dashboard) => {
      await expect(dashboard.selected(/^2 /).getByText('40.4 % expected')).toBeVisible()
      await expect(dashboard.selected(/^2 /).getByText('1,203 requests since its start', { exact: true })).toBeVisible()
    },
  },
  {
    name: 'request',
    script: scene(eventful),
    act: (dashboard) => press(dashboard, ...Array.from({ length: 26 }, () => 'ArrowLeft')),
    shows: (dashboard) =>
      expect(
        dashboard
          .selected('#46')
          .getByText(/refused or closed the connection/)
          .first(),
      ).toBeVisible(),
  },
  {
    name: 'rescued',
    script: scene(eventful),
    act: (dashboard) => press(dashboard, ...Array.from({ length: 5 }, () => 'ArrowLeft')),
    shows: (dashboard) => expect(dashboard.selected('#67').getByText('rescued at attempt 2')).toBeVisible(),
  },
  {
    name: 'event',
    script: scene(eventful),
    act: async (dashboard) => {
      await dashboard.events.getByRole('button', { name: /^2 → 3/ }).press('Enter')
    },
    shows: (dashboard) => expect(dashboard.selected('2 → 3').getByText('Requests around it')).toBeVisible(),
  },
  {
    name: 'stretch',
    script: scene(eventful),
    act: async (dashboard) => {
      await dashboard.events.getByRole('button', { name: /^3 backends/ }).press('Enter')
    },
    shows: async (dashboard) => {
      const stretch = dashboard.selected(/^3 backends/)
      await expect(stretch.getByText('5 of 13.7')).toBeVisible()
    },
  },
  {
    name: 'runs',
    script: scene(withRuns),
    shows: (dashboard) => expect(dashboard.burst.getByRole('button', { name: /72 answered so far/ })).toBeVisible(),
  },
  {
    name: 'earlier-run',
    script: scene(withRuns),
    act: async (dashboard) => dashboard.burst.getByRole('button', { name: /1 of 72 failed/ }).click(),
    shows: async (dashboard) => {
      await expect(dashboard.tape.getByText(/^Run of .*, not live$/)).toBeVisible()
      await expect(dashboard.verdict(/1 of 72 failed/)).toBeVisible()
    },
  },
]
