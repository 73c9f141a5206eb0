import { openNginxInDocker, type SharedFrontDoor } from '#lib/front-door/nginx-in-docker.ts'
import { DockerHost } from './docker-host.ts'
import { BACKEND_SERVICE, type FoundProject, FRONT_DOOR_SERVICE } from './find-project.ts'
import { frontDoorContainer } from './front-door-container.ts'
import { ProjectView } from './project-view.ts'

type Log = (event: string, fields: Record<string, unknown>) => void

/** SERVICE_PORT in deploy/compose.yaml. */
const BACKEND_PORT = 8000

/** A found project that is followed from now on. To be closed after the host and the front door that stand on it. */
export type OpenProject = { view: ProjectView; close(): Promise<void> }

/** Begins to follow the project's containers. */
export function openDockerProject({ engine, containers }: FoundProject): OpenProject {
  const view = new ProjectView(engine, containers)
  return {
    view,
    async close() {
      // First, so that nothing waits for an engine that hangs.
      engine.close()
      await view.close()
    },
  }
}

/** The project's backends; resolves when it is known which of them are ready. */
export async function openDockerHost({ view }: OpenProject, log: Log): Promise<DockerHost> {
  const host = new DockerHost({
    view,
    service: BACKEND_SERVICE,
    frontDoorService: FRONT_DOOR_SERVICE,
    port: BACKEND_PORT,
    log,
  })
  await host.firstLook()
  return host
}

/** The project's front door. `target`: where we dial it, if not by its published port. */
export function openDockerFrontDoor(
  { view }: OpenProject,
  options: { target?: { host: string; port: number } | undefined; log: Log },
): Promise<SharedFrontDoor> {
  return openNginxInDocker({
    container: frontDoorContainer(view, FRONT_DOOR_SERVICE),
    backends: { host: BACKEND_SERVICE, port: BACKEND_PORT },
    ...options,
  })
}
