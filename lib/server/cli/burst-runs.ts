import { readSettings } from '#lib/config/settings.ts'
import type { Burst, BurstRequest } from '#lib/protocol/model.ts'
import type { Problem } from '#lib/protocol/problem.ts'
import { openEngine } from '#lib/traffic/open-engine.ts'
import { BurstRegistry } from '../burst-registry.ts'
import { formEmbeddedCluster } from '../form-embedded.ts'
import { watchEjections } from '../watch-ejections.ts'

/** One burst somewhere: started, looked at now and then, cancelled when asked. */
export type BurstRun = {
  where: string
  /** Resolves at the burst's end, or after about a second with what it is by then. */
  look(): Promise<Burst>
  cancel(): Promise<Burst>
  close(): Promise<void>
}

const LOOK_EVERY_MS = 1_000
const CALL_DEADLINE_MS = 15_000

/** In a cluster of child processes that is formed for it and ended with it. */
export async function runEmbedded(
  request: BurstRequest,
  options: { replicas: string; frontDoor: string },
): Promise<BurstRun> {
  const settings = readSettings(
    {
      FRONT_DOOR_PORT: '0',
      ROBINSCOPE_REPLICAS: options.replicas,
      ROBINSCOPE_FRONT_DOOR_KIND: options.frontDoor,
      ROBINSCOPE_CLUSTER: 'embedded',
    },
    [],
  )
  const cluster = await formEmbeddedCluster(settings, { reason: '', howToSwitch: '', log: () => undefined })
  const engine = openEngine({
    backendAt: (address) => cluster.backendAt(address),
    reloadMayCut: () => cluster.reloadMayCut(),
  })
  const bursts = new BurstRegistry({ engine, cluster })
  watchEjections(bursts, cluster)
  const { id } = bursts.start(request)
  const { kind, version } = cluster.snapshot().frontDoor
  return {
    where: `${options.replicas} backends behind ${kind} ${version}`,
    look: () => bursts.wait(id, LOOK_EVERY_MS),
    cancel: () => bursts.cancel(id),
    async close() {
      await bursts.close()
      await engine.close()
      await cluster.close()
    },
  }
}

/** Over the HTTP API of a dashboard that runs. */
export async function runAt(url: string, token: string | undefined, request: BurstRequest): Promise<BurstRun> {
  const call = async <Value>(method: string, path: string, body?: unknown): Promise<Value> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), 'Content-Type': 'application/json' },
      signal: AbortSignal.timeout(CALL_DEADLINE_MS),
      // The token is for this dashboard and no other.
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      const cause = error instanceof Error ? (error.cause ?? error) : error
      throw new Error(`${url} does not answer: ${cause instanceof Error ? cause.message : String(cause)}.`)
    })
    const answer: unknown = await response.json().catch(() => null)
    if (!response.ok) throw new Error((answer as Problem | null)?.detail ?? `${url} answered ${response.status}.`)
    return answer as Value
  }
  const { id } = await call<{ id: string }>('POST', '/api/bursts', request)
  return {
    where: url,
    look: () => call<Burst>('GET', `/api/bursts/${id}?waitMs=${LOOK_EVERY_MS}`),
    cancel: () => call<Burst>('DELETE', `/api/bursts/${id}`),
    close: async () => undefined,
  }
}
