import type { DockerHost } from '#lib/cluster/docker/docker-host.ts'
import { findProject } from '#lib/cluster/docker/find-project.ts'
import {
  type OpenProject,
  openDockerFrontDoor,
  openDockerHost,
  openDockerProject,
} from '#lib/cluster/docker/open-project.ts'
import type { Log } from '#lib/concurrency/log.ts'
import type { FrontDoor, Ownership } from '#lib/front-door/front-door.ts'
import { listed, put } from '../contract/listed.ts'

/** Host and front door of a project, opened as the product opens them. */
export type Parts = {
  project: OpenProject
  host: DockerHost
  door: FrontDoor & { ownership: Ownership }
  logged: string[]
  /** Puts all that are up into the front door's list. */
  list(): Promise<string>
  close(): Promise<void>
}

export async function openParts(project: string, dockerHost?: string): Promise<Parts> {
  const found = await findProject({ project, dockerHost })
  if (!found.found) throw new Error(found.why)
  const logged: string[] = []
  const log: Log = (event, fields = {}) => {
    logged.push(`${event} ${JSON.stringify(fields)}`)
  }
  const open = openDockerProject(found)
  const host = await openDockerHost(open, log)
  const opened = await openDockerFrontDoor(open, { log })
  const { ownership } = opened
  if (!ownership) throw new Error('A front door in a container has an owner')
  const door = Object.assign(opened, { ownership })
  return {
    project: open,
    host,
    door,
    logged,
    list() {
      const up = host.backends().filter(({ state }) => state === 'up')
      return put(door, listed(...up.map(({ address }) => address ?? '')))
    },
    async close() {
      await door.close()
      await host.close()
      await open.close()
    },
  }
}
