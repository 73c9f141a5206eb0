import { test as base, expect } from '@playwright/test'
import { composeProject } from '../compose-project.ts'
import { type CutProxy, openCutProxy } from '../cut-proxy.ts'
import { backendProcess } from '../processes.ts'
import { type Product, startProduct } from '../product.ts'
import { until } from '../until.ts'
import { DashboardPage } from './dashboard-page.ts'
import { watchForErrors } from './page-errors.ts'

export type Running = {
  kind: 'embedded' | 'docker'
  product: Product
  /** The same dashboard behind a cable that a test can pull. */
  proxy: CutProxy
  proxyUrl: string
  /** Ends one backend from outside, without a word. */
  kill: (backend: string) => Promise<void>
  /** Docker only: starts it again, as a person would. */
  start: (backend: string) => Promise<void>
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
    const start = async (backend: string): Promise<void> => void (await project?.docker('start', backend))
    await use({ kind, product, proxy, proxyUrl: `http://127.0.0.1:${proxy.port}`, kill, start })
  } finally {
    await product?.stop()
    await project?.down()
    await proxy.close()
  }
}

/** One that an earlier test killed is not brought back by the same target: a container is started, a process is made anew. */
async function revive({ kind, product: { api }, start }: Running): Promise<void> {
  const settled = async (): Promise<boolean> =>
    (await api.cluster()).backends.every(({ status }) => status === 'up' || status === 'down')
  await until('every backend is up or down', settled)
  const dead = (await api.cluster()).backends.filter(({ status }) => status === 'down')
  if (dead.length === 0) return
  if (kind === 'embedded') {
    await api.scale(0)
    await api.scale(2)
  } else for (const { backend } of dead) await start(backend)
  await until('every backend is up', async () => (await api.cluster()).backends.every(({ status }) => status === 'up'))
  // The front door shuns it for a while after its failures.
  await until('turns are strict again', async () => (await api.run({ requests: 8 })).deviations === 0)
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
    await revive(running)
    await api.scale(2)
    const dashboard = new DashboardPage(page)
    await dashboard.open(url)
    await use(dashboard)
  },
})

export { expect }
