import { setTimeout as sleep } from 'node:timers/promises'
import type { Container } from './container.ts'
import type { ProjectView } from './project-view.ts'

/** Whoever creates a container to run it starts it within this time, unless something ended him before. */
const STARTED_WITHIN_MS = 3_000

export type StartUnstartedOptions = {
  view: ProjectView
  service: string
  log: (event: string, fields: Record<string, unknown>) => void
  signal: AbortSignal
}

/**
 * Starts what a dashboard that was killed in mid-scale had created and could not start any more, so that the next one has no dead
 * backend on its hands. Never throws; a container that cannot be started stays as it is.
 */
export async function startUnstarted({ view, service, log, signal }: StartUnstartedOptions): Promise<void> {
  const unstarted = (): Container[] => view.service(service).filter(({ state }) => state === 'created')
  const found = new Set(unstarted().map(({ id }) => id))
  if (found.size === 0) return
  await sleep(STARTED_WITHIN_MS, undefined, { signal }).catch(() => undefined)
  for (const { id, name } of unstarted().filter((one) => found.has(one.id))) {
    if (signal.aborted) return
    log('unstarted-found', { container: name })
    await view.engine
      .start(id)
      .catch((error: unknown) => log('unstarted-stays', { container: name, error: String(error) }))
  }
}
