import { type Api, createApi } from '../api.ts'
import { type ComposeProject, composeProject } from '../compose-project.ts'
import { until } from '../until.ts'

/** A Compose project as it ships: its dashboard is a container and reaches the engine through the docker-gate alone. */
export type WholeStack = {
  project: ComposeProject
  url: string
  token: string
  frontDoorPort: number
  api: Api
  stop(): Promise<void>
}

const READY_LIMIT_MS = 60_000

/** Builds and starts all services of a project of its own. The caller calls stop(), also after a failure. */
export async function startWholeStack(): Promise<WholeStack> {
  const project = await composeProject([])
  const { token, frontDoorPort } = project
  const url = `http://127.0.0.1:${project.port}`
  const api = createApi(url, token)
  try {
    await until('the dashboard of the Compose project is ready', () => api.isReady(), READY_LIMIT_MS)
    await until('it owns the list', async () => (await api.cluster()).backends.every(({ listed }) => listed))
  } catch (error) {
    await project.down()
    throw error
  }
  return { project, url, token, frontDoorPort, api, stop: project.down }
}
