import { expect } from '@playwright/test'
import type { DashboardPage } from './dashboard-page.ts'
import type { FakeDashboard, Script } from './fake-dashboard.ts'
import { burstScene, emptyScene, mixedSnapshot, type Scene, snapshotOf, withEarlier } from './fake-scenes.ts'

/** One state of the page, with what a person must be told or find in it. */
export type State = {
  name: string
  script: Script
  /** What the test does once the page is there. */
  act?: (dashboard: DashboardPage, server: FakeDashboard) => Promise<void>
  shows: (dashboard: DashboardPage) => Promise<void>
}

const scene = (of: Scene): Script => ({ kind: 'scene', scene: of })
const visible = async (dashboard: DashboardPage, text: string | RegExp): Promise<void> => {
  await expect(dashboard.page.getByText(text).filter({ visible: true }).first()).toBeVisible()
}
const press = async (dashboard: DashboardPage, ...keys: string[]): Promise<void> => {
  for (const key of keys) await dashboard.page.locator('body').press(key)
}

const engineGone = snapshotOf(3, {
  trouble: {
    code: 'engine-gone',
    detail: 'The engine does not answer on its socket.',
    since: '2026-01-05T10:00:05.000Z',
  },
})
/** A backend joins, another dies, and while the next run goes on this one can be shown again. */
const eventful = burstScene(3, 72, { joinedAt: 30, brokenFrom: 52 })
const withRuns = withEarlier(burstScene(3, 72, { requests: 120, id: 'b9' }), [
  burstScene(3, 72, { id: 'b8', joinedAt: 30, brokenFrom: 52, earlierS: 300 }),
  ...[1, 2, 3, 4, 5].map((ago) => burstScene(3, 30 + ago, { id: `b${8 - ago}`, earlierS: 300 + ago * 90 })),
])

const AS_BEFORE: State[] = [
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
    shows: (dashboard) => visible(dashboard, /engine|docker/i),
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

const SELECTED: State[] = [
  {
    name: 'failover',
    script: scene(eventful),
    shows: async (dashboard) => {
      await expect(dashboard.verdict(/1 of 72 failed/)).toBeVisible()
      await expect(dashboard.events.getByRole('button')).toHaveCount(6)
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
    shows: (dashboard) => expect(dashboard.selected(/^2 /).getByText('33.3 % expected')).toBeVisible(),
  },
  {
    name: 'request',
    script: scene(eventful),
    act: (dashboard) => press(dashboard, ...Array.from({ length: 19 }, () => 'ArrowLeft')),
    shows: (dashboard) =>
      expect(
        dashboard
          .selected('#53')
          .getByText(/no answer in time/)
          .first(),
      ).toBeVisible(),
  },
  {
    name: 'rescued',
    script: scene(eventful),
    act: (dashboard) => press(dashboard, 'ArrowLeft', 'ArrowLeft'),
    shows: (dashboard) => expect(dashboard.selected('#70').getByText('rescued at attempt 2')).toBeVisible(),
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
    shows: (dashboard) => expect(dashboard.selected(/^3 backends/).getByText('Who answered')).toBeVisible(),
  },
  {
    name: 'runs',
    script: scene(withRuns),
    shows: (dashboard) => expect(dashboard.burst.getByRole('button', { name: /72 so far/ })).toBeVisible(),
  },
  {
    name: 'earlier-run',
    script: scene(withRuns),
    act: async (dashboard) => dashboard.burst.getByRole('button', { name: /71, 1 failed/ }).click(),
    shows: async (dashboard) => {
      await expect(dashboard.tape.getByText(/^Run of .*, not live$/)).toBeVisible()
      await expect(dashboard.verdict(/1 of 72 failed/)).toBeVisible()
    },
  },
]

/** Every state of the page, for the contact sheet. */
export const STATES: readonly State[] = [...AS_BEFORE, ...SELECTED]
