import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCluster } from '#lib/cluster/open-cluster.ts'
import { placeBystanders } from '../bystanders.ts'
import { takeCensus } from '../census.ts'
import { type ComposeProject, composeProject } from '../compose-project.ts'
import { dockerAnswers } from '../docker.ts'
import { openParts, type Parts } from './docker-parts.ts'

describe.runIf(await dockerAnswers())('containers, networks and volumes of others, beside a Docker cluster', () => {
  let compose: ComposeProject
  let parts: Parts
  let bystanders: Awaited<ReturnType<typeof placeBystanders>>
  beforeAll(async () => {
    compose = await composeProject()
    bystanders = await placeBystanders(compose.name)
    parts = await openParts(compose.name)
  })
  afterAll(async () => {
    await parts?.close()
    await bystanders?.remove()
    await compose?.down()
  })

  /** Only those that this test placed: others on the machine have lives of their own. */
  const census = async (): Promise<string[]> => {
    const { lines } = await takeCensus((project) => project === compose.name)
    return lines.filter(
      (line) => line.includes('bystander-') && bystanders.names.some((name) => line.includes(name.slice(0, 18))),
    )
  }

  test('are shown to nobody and stay as they are, whatever is done to the cluster', async () => {
    const before = await census()
    expect(before).toHaveLength(bystanders.names.length + 2)
    const sentences = { reason: 'A test.', howToSwitch: '', project: compose.name }
    const { host, door } = parts
    const cluster = openCluster({ kind: 'docker', ...sentences, host, door, log: () => undefined })
    expect(cluster.snapshot().backends).toHaveLength(2)
    for (const replicas of [4, 1, 0, 2]) await cluster.scale(replicas)
    await compose.docker('kill', `${compose.name}-backend-1`)
    await cluster.close()
    await compose.compose('down', '--timeout', '2')
    expect(await census()).toEqual(before)
  })
})
