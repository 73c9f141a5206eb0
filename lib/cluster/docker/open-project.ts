import type { ProjectProfile } from '#lib/compose/project-profile.ts'
import type { Log } from '#lib/concurrency/log.ts'
import type { FrontDoor } from '#lib/front-door/front-door.ts'
import { openNginxFrontDoor } from '#lib/front-door/nginx-front-door.ts'
import { containerControl } from './container-control.ts'
import { DockerHost, type DockerHostOptions } from './docker-host.ts'
import type { FoundProject } from './find-project.ts'
import { ProjectView } from './project-view.ts'

/** `ps` runs on the engine's machine each time. */
const LOOK_AT_WORKERS_MS = 250

/** A found project that is followed from now on. To be closed after the host and the front door that stand on it. */
export type OpenProject = { view: ProjectView; profile: ProjectProfile; close(): Promise<void> }

/** Begins to follow the project's containers. */
export function openDockerProject({ engine, profile, containers }: FoundProject): OpenProject {
  const view = new ProjectView(engine, containers)
  return {
    view,
    profile,
    async close() {
      // First, so that nothing waits for an engine that hangs.
      engine.close()
      await view.close()
    },
  }
}

/** The project's backends; resolves when it is known which of them are ready. Changes nothing. */
export async function openDockerHost(
  { view, profile }: OpenProject,
  log: Log,
  options: Pick<DockerHostOptions, 'readyDeadlineMs'> = {},
): Promise<DockerHost> {
  const host = new DockerHost({ ...options, view, profile, log })
  try {
    await host.firstLook()
    return host
  } catch (error) {
    await host.close()
    throw error
  }
}

/** The project's front door: on the DNS list until a configuration is applied, and on it again when this is closed. `target`: where we dial it, if not by its published port. */
export function openDockerFrontDoor(
  { view, profile }: OpenProject,
  options: { target?: { host: string; port: number } | undefined; log: Log },
): Promise<FrontDoor> {
  const { service: host, port } = profile.backends
  const control = containerControl(view, profile, options.target)
  return openNginxFrontDoor({
    control,
    byName: { host, port },
    lookAtWorkersEveryMs: LOOK_AT_WORKERS_MS,
    log: options.log,
  })
}
