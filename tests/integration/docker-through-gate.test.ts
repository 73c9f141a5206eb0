import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ComposeProject, composeProject } from '../compose-project.ts'
import { dockerAnswers } from '../docker.ts'
import { until } from '../until.ts'
import { openParts, type Parts } from './docker-parts.ts'
import { type OpenWay, openWay } from './engine-ways.ts'

const NEVER = new AbortController().signal

describe.runIf(await dockerAnswers())('through the docker-gate', () => {
  let compose: ComposeProject
  let way: OpenWay
  let parts: Parts
  beforeAll(async () => {
    compose = await composeProject()
    way = await openWay('through the docker-gate', '/var/run/docker.sock', compose.name)
    parts = await openParts(compose.name, way.dockerHost)
  })
  afterAll(async () => {
    await parts?.close()
    await way?.close()
    await compose?.down()
  })
  const states = () => parts.host.backends().map(({ number, state }) => `${number} ${state}`)
  const raiseTwo = () => Promise.all([parts.host.raise(NEVER), parts.host.raise(NEVER)])

  test('everything that the dashboard does passes: up, list, settle, down to none, up again, hand back', async () => {
    await raiseTwo()
    expect(states()).toEqual(['1 up', '2 up', '3 up', '4 up'])
    expect(await parts.list()).toMatch(/-1$/)
    await compose.docker('pause', `${compose.name}-backend-4`)
    await until('it is seen', () => states().at(-1) === '4 paused')
    await Promise.all(parts.host.backends().map(({ backend }) => parts.host.stop(backend)))
    await raiseTwo()
    expect(states()).toEqual(['1 up', '2 up'])
    await parts.list()
    await until('no old worker sends to them any more', () => !parts.door.membership.reloadMayCut())
    await parts.close()
    expect(parts.logged).toEqual([])
    expect(way.refused).toEqual([])
  })
})
