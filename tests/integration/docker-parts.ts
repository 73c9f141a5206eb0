import type { DockerHost } from '#lib/cluster/docker/docker-host.ts'
import { findProject } from '#lib/cluster/docker/find-project.ts'
import {
  type OpenProject,
  openDockerFrontDoor,
  openDockerHost,
  openDockerProject,
} from '#lib/cluster/docker/open-project.ts'
import { DEFAULT_POLICY } from '#lib/front-door/front-door.ts'
import type { SharedFrontDoor } from '#lib/front-door/nginx-in-docker.ts'

/** Host and front door of a project, opened as the product opens them. */
export type Parts = {
  project: OpenProject
  host: DockerHost
  door: SharedFrontDoor
  logged: string[]
  /** Puts all that are up into the front door's list. */
  list(): Promise<string>
  close(): Promise<void>
}

export async function openParts(project: string, dockerHost?: string): Promise<Parts> {
  const found = await findProject({ project, dockerHost })
  if (!found.found) throw new Error(found.why)
  const logged: string[] = []
  const log = (event: string, fields: Record<string, unknown>) => {
    logged.push(`${event} ${JSON.stringify(fields)}`)
  }
  const open = openDockerProject(found)
  const host = await openDockerHost(open, log)
  const door = await openDockerFrontDoor(open, { log })
  return {
    project: open,
    host,
    door,
    logged,
    list() {
      const up = host.backends().filter(({ state }) => state === 'up')
      const servers = up.map(({ address }) => ({ address: address ?? '', weight: 1, down: false }))
      return door.apply(servers, DEFAULT_POLICY)
    },
    async close() {
      await door.close()
      await host.close()
      await open.close()
    },
  }
}
