import { readSettings } from '#lib/config/settings.ts'
import { openDashboard } from '#lib/server/dashboard.ts'
import { formEmbeddedCluster } from '#lib/server/form-embedded.ts'
import { createApi } from '../api.ts'
import { freePort } from '../ports.ts'
import { backendProcess } from '../processes.ts'
import type { Stage } from './verdict-stories.ts'

const TOKEN = 'token-of-the-stories-only'

/** The real server with an embedded cluster in this process, without the page: its HTTP interface is all that a story needs. */
export async function openStage(
  kind: 'nginx' | 'built-in',
): Promise<Stage & { frontDoor: string; close(): Promise<void> }> {
  const env = {
    ...{ PORT: '0', FRONT_DOOR_PORT: String(await freePort()), ROBINSCOPE_TOKEN: TOKEN },
    ...{ ROBINSCOPE_CLUSTER: 'embedded', ROBINSCOPE_FRONT_DOOR_KIND: kind, ROBINSCOPE_REPLICAS: '3' },
  }
  const dashboard = await openDashboard(readSettings(env, []), () => undefined, {
    formCluster: (settings, log) => formEmbeddedCluster(settings, { reason: 'A test.', howToSwitch: '', log }),
    preparePage: async () => ({
      answer: async (_request, response) => void response.end(),
      close: async () => undefined,
    }),
  })
  const api = createApi(dashboard.url, TOKEN)
  const { frontDoor } = await api.cluster()
  return {
    ...{ url: dashboard.url, token: TOKEN, api, frontDoor: `${frontDoor.kind} ${frontDoor.version}` },
    kill: (backend) => {
      try {
        process.kill(backendProcess(process.pid, backend), 'SIGKILL')
      } catch {
        // A scale that was under way let it go in the meantime.
      }
    },
    close: () => dashboard.close(),
  }
}
