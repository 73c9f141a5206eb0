import type { Settings } from '#lib/config/settings.ts'
import type { Cluster } from './cluster.ts'
import { type FoundProject, findProject, type Missing } from './docker/find-project.ts'
import type { Sentences } from './form-embedded.ts'

export const lookForDocker = (settings: Settings): Promise<FoundProject | Missing> =>
  findProject({ project: settings.ROBINSCOPE_PROJECT, dockerHost: settings.DOCKER_HOST })

export async function formDockerCluster(_found: FoundProject, _settings: Settings, _sentences: Sentences): Promise<Cluster> {
  throw new Error('being built')
}
