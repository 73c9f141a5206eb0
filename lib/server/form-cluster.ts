import type { Cluster } from '#lib/cluster/cluster.ts'
import type { Log } from '#lib/concurrency/log.ts'
import type { Settings } from '#lib/config/settings.ts'
import { formDockerCluster, lookForDocker } from './form-docker.ts'
import { formEmbeddedCluster } from './form-embedded.ts'

const TO_EMBEDDED = 'For a cluster of child processes instead, start with ROBINSCOPE_CLUSTER=embedded.'
const TO_DOCKER = 'For the Docker cluster, run "npm run up" (it brings its own dashboard on the same port).'

/**
 * Forms the cluster that the settings ask for. `auto` decides within 2 s: a running project if an engine answers, else
 * embedded. Which one runs and why stands in the snapshot and in the log. Rejects with a message for people.
 */
export async function formCluster(settings: Settings, log: Log): Promise<Cluster> {
  const wanted = settings.ROBINSCOPE_CLUSTER
  if (wanted === 'embedded') {
    return formEmbeddedCluster(settings, {
      reason: 'ROBINSCOPE_CLUSTER=embedded asks for it.',
      howToSwitch: TO_DOCKER,
      log,
    })
  }
  const docker = await lookForDocker(settings)
  log('looked-for-docker', docker.found ? { project: settings.ROBINSCOPE_PROJECT } : { why: docker.why })
  if (docker.found) {
    const reason =
      wanted === 'docker'
        ? 'ROBINSCOPE_CLUSTER=docker asks for it.'
        : `A Docker engine answers and its project "${settings.ROBINSCOPE_PROJECT}" runs.`
    return formDockerCluster(docker, settings, { reason, howToSwitch: TO_EMBEDDED, log })
  }
  if (wanted === 'docker') {
    throw new Error(
      `ROBINSCOPE_CLUSTER=docker asks for a Docker cluster. ${docker.why} Run "npm run up" first, or start with ROBINSCOPE_CLUSTER=embedded.`,
    )
  }
  return formEmbeddedCluster(settings, { reason: `No Docker cluster: ${docker.why}`, howToSwitch: TO_DOCKER, log })
}
