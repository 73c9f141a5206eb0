import type { Cluster } from '#lib/cluster/cluster.ts'
import { type FoundProject, findProject, type Missing } from '#lib/cluster/docker/find-project.ts'
import { openDockerFrontDoor, openDockerHost, openDockerProject } from '#lib/cluster/docker/open-project.ts'
import { steerCluster } from '#lib/cluster/steered-cluster.ts'
import type { Settings } from '#lib/config/settings.ts'
import type { Sentences } from './form-embedded.ts'

export const lookForDocker = (settings: Settings): Promise<FoundProject | Missing> =>
  findProject({ project: settings.ROBINSCOPE_PROJECT, dockerHost: settings.DOCKER_HOST })

/** The containers of a running Compose project, adopted as they are. */
export async function formDockerCluster(
  found: FoundProject,
  settings: Settings,
  sentences: Sentences,
): Promise<Cluster> {
  const { log } = sentences
  const project = openDockerProject(found)
  try {
    const host = await openDockerHost(project, log)
    const door = await openDockerFrontDoor(project, { target: targetOf(settings.ROBINSCOPE_FRONT_DOOR), log })
    return steerCluster({
      kind: 'docker',
      project: settings.ROBINSCOPE_PROJECT,
      ...sentences,
      host,
      door,
      closeAfter: () => project.close(),
    })
  } catch (error) {
    await project.close()
    throw error
  }
}

function targetOf(hostAndPort: string | undefined): { host: string; port: number } | undefined {
  const [host, port] = hostAndPort?.split(':') ?? []
  return host === undefined || port === undefined ? undefined : { host, port: Number(port) }
}
