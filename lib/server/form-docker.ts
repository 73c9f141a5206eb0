import type { Cluster } from '#lib/cluster/cluster.ts'
import { type FoundProject, findProject, type Missing } from '#lib/cluster/docker/find-project.ts'
import { openDockerFrontDoor, openDockerHost, openDockerProject } from '#lib/cluster/docker/open-project.ts'
import { openCluster } from '#lib/cluster/open-cluster.ts'
import type { Settings } from '#lib/config/settings.ts'
import type { ClusterOrigin } from './form-embedded.ts'

export const lookForDocker = (settings: Settings): Promise<FoundProject | Missing> =>
  findProject({
    project: settings.ROBINSCOPE_PROJECT,
    dockerHost: settings.DOCKER_HOST,
    certPath: settings.DOCKER_CERT_PATH,
    tls: settings.DOCKER_TLS_VERIFY !== undefined,
    sshAgent: settings.SSH_AUTH_SOCK,
  })

/** The containers of a running Compose project, adopted as they are. */
export async function formDockerCluster(
  found: FoundProject,
  settings: Settings,
  origin: ClusterOrigin,
): Promise<Cluster> {
  const { log } = origin
  const closers: (() => Promise<void>)[] = []
  try {
    const project = openDockerProject(found)
    closers.unshift(() => project.close())
    const host = await openDockerHost(project, log)
    closers.unshift(() => host.close())
    const door = await openDockerFrontDoor(project, { target: targetOf(settings.ROBINSCOPE_FRONT_DOOR), log })
    startUnstartedAsOwner()

    /** What a killed dashboard made and could not start any more; only the dashboard that owns the list may do that. */
    function startUnstartedAsOwner(): void {
      const isOwner = () => door.ownership?.owner().mine ?? true
      if (isOwner()) return void host.startUnstarted()
      const unsubscribe = door.subscribe({
        changed() {
          if (!isOwner()) return
          unsubscribe()
          void host.startUnstarted()
        },
      })
    }

    return openCluster({
      kind: 'docker',
      project: settings.ROBINSCOPE_PROJECT,
      ...origin,
      host,
      door,
      closeAfter: () => project.close(),
    })
  } catch (error) {
    for (const close of closers) await close()
    throw error
  }
}

function targetOf(hostAndPort: string | undefined): { host: string; port: number } | undefined {
  const [host, port] = hostAndPort?.split(':') ?? []
  return host === undefined || port === undefined ? undefined : { host, port: Number(port) }
}
