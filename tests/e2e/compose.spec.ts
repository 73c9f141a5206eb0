import { test as base, expect } from '@playwright/test'
import { createApi } from '../api.ts'
import { type ComposeProject, composeProject } from '../compose-project.ts'
import { until } from '../until.ts'
import { DashboardPage } from './dashboard-page.ts'
import { watchForErrors } from './page-errors.ts'

const test = base.extend<object, { project: ComposeProject }>({
  project: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are needed from this pattern.
    async ({}, use) => {
      const project = await composeProject([])
      await use(project)
      await project.down()
    },
    { scope: 'worker', timeout: 400_000 },
  ],
})

test('the dashboard of the Compose project sends a burst and scales its own project', async ({ page, project }) => {
  const errors = watchForErrors(page)
  const url = `http://127.0.0.1:${project.port}`
  const api = createApi(url, project.token)
  const dashboard = new DashboardPage(page)
  await dashboard.open(url)
  await dashboard.sendBurst({ requests: 12 })
  await expect(dashboard.verdict('12 answered, 6 each, in strict rotation.')).toBeVisible()

  await dashboard.addReplica.click()
  await until('three are listed, and the list is in force', async () => {
    const { scaling, backends } = await api.cluster()
    return !scaling && backends.filter(({ listed }) => listed).length === 3
  })
  const running = await project.compose('ps', '--services', '--status', 'running')
  expect(running.trim().split('\n').sort()).toEqual(['backend', 'dashboard', 'docker-gate', 'front-door'])
  expect((await project.compose('ps', '-q', 'backend')).trim().split('\n')).toHaveLength(3)

  await dashboard.sendBurst({ requests: 12 })
  await expect(dashboard.verdict('12 answered, 4 each, in strict rotation.')).toBeVisible()
  expect(errors).toEqual([])
})
