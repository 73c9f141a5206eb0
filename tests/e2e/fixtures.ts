import { test as base, expect, type Page } from '@playwright/test'
import { composeProject } from '../compose-project.ts'
import { type CutProxy, openCutProxy } from '../cut-proxy.ts'
import { backendProcess } from '../processes.ts'
import { type Product, startProduct } from '../product.ts'
import { DashboardPage } from './dashboard-page.ts'

export type Running = {
  kind: 'embedded' | 'docker'
  product: Product
  /** The same dashboard behind a cable that a test can pull. */
  proxy: CutProxy
  proxyUrl: string
  /** Ends one backend from outside, without a word. */
  kill: (backend: string) => Promise<void>
}

async function startRunning(kind: Running['kind'], use: (running: Running) => Promise<void>): Promise<void> {
  let product: Product | null = null
  const proxy = await openCutProxy(() => product?.port ?? 0)
  const project = kind === 'docker' ? await composeProject() : null
  try {
    const env: Record<string, string> = { ROBINSCOPE_ALLOWED_HOSTS: `127.0.0.1:${proxy.port}` }
    if (project) Object.assign(env, { ROBINSCOPE_CLUSTER: 'docker', ROBINSCOPE_PROJECT: project.name })
    product = await startProduct({ env, ...(project ? { frontDoorPort: project.frontDoorPort } : {}) })
    const kill = async (backend: string): Promise<void> => {
      if (project) await project.docker('kill', backend)
      else process.kill(backendProcess(product?.pid ?? 0, backend), 'SIGKILL')
    }
    await use({ kind, product, proxy, proxyUrl: `http://127.0.0.1:${proxy.port}`, kill })
  } finally {
    await product?.stop()
    await project?.down()
    await proxy.close()
  }
}

/** A page that breaks its own Content-Security-Policy or throws fails the test, whatever else it shows. */
export function watchForErrors(page: Page): string[] {
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(`uncaught on the page: ${error.message}`))
  page.on('console', (message) => {
    // Chromium tells of every violation on the console.
    if (/Content.Security.Policy/i.test(message.text())) errors.push(`policy broken: ${message.text()}`)
  })
  return errors
}

/** A real dashboard for each worker, brought back to two backends and no running burst before each test. */
export const test = base.extend<{ dashboard: DashboardPage }, { running: Running }>({
  running: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are needed from this pattern.
    async ({}, use, info) => startRunning(info.project.name === 'docker' ? 'docker' : 'embedded', use),
    { scope: 'worker', timeout: 300_000 },
  ],
  page: async ({ page }, use) => {
    const errors = watchForErrors(page)
    await use(page)
    expect(errors).toEqual([])
  },
  dashboard: async ({ page, running }, use) => {
    const { api, url } = running.product
    for (const burst of await api.bursts()) if (burst.status === 'running') await api.cancel(burst.id)
    // One that a test killed is not brought back by the same target.
    if ((await api.cluster()).backends.some(({ status }) => status !== 'up')) await api.scale(0)
    await api.scale(2)
    const dashboard = new DashboardPage(page)
    await dashboard.open(url)
    await use(dashboard)
  },
})

export { expect }
