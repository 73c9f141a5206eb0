import { describe } from 'vitest'
import { readSettings } from '#lib/config/settings.ts'
import { formDockerCluster, lookForDocker } from '#lib/server/form-docker.ts'
import { composeProject } from '#tests/compose-project.ts'
import { dockerAnswers } from '#tests/docker.ts'
import { clusterContract } from './cluster.ts'

describe.skipIf(!(await dockerAnswers()))('containers of a Compose project behind its nginx', () =>
  clusterContract(async () => {
    const project = await composeProject()
    const settings = readSettings({ ROBINSCOPE_PROJECT: project.name }, [])
    const found = await lookForDocker(settings)
    if (!found.found) throw new Error(found.why)
    const cluster = await formDockerCluster(found, settings, {
      reason: 'A test.',
      howToSwitch: '',
      log: () => undefined,
    })
    let closing: Promise<void> | null = null
    return {
      cluster,
      killFromOutside: async (backend) => {
        await project.docker('kill', backend)
      },
      close() {
        closing ??= cluster.close().then(() => project.down())
        return closing
      },
    }
  }),
)
