import { expect } from '@playwright/test'
import type { DashboardPage } from './dashboard-page.ts'
import type { FakeDashboard, Script } from './fake-dashboard.ts'
import type { Scene } from './fake-scenes.ts'

/** One state of the page, with what a person must be told or find in it. */
export type State = {
  name: string
  script: Script
  /** What is done once the page is there. */
  act?: (dashboard: DashboardPage, server: FakeDashboard) => Promise<void>
  shows: (dashboard: DashboardPage) => Promise<void>
}

export const scene = (of: Scene): Script => ({ kind: 'scene', scene: of })

export const visible = async (dashboard: DashboardPage, text: string | RegExp): Promise<void> => {
  await expect(dashboard.page.getByText(text).filter({ visible: true }).first()).toBeVisible()
}
