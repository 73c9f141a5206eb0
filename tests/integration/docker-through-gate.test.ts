import { mkdtempSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGate } from '#lib/docker-gate/gate.ts'
import { type ComposeProject, composeProject } from '../compose-project.ts'
import { dockerAnswers } from '../docker.ts'
import { until } from '../until.ts'
import { openParts, type Parts } from './docker-parts.ts'

const NEVER = new AbortController().signal

describe.runIf(await dockerAnswers())('through the docker-gate', () => {
  const socket = join(mkdtempSync(join(tmpdir(), 'gate-')), 'docker.sock')
  const refused: string[] = []
  let compose: ComposeProject
  let gate: Server
  let parts: Parts
  beforeAll(async () => {
    compose = await composeProject()
    gate = createGate({
      project: compose.name,
      enginePath: '/var/run/docker.sock',
      refused: (method, url, why) => refused.push(`${method} ${url}: ${why}`),
    })
    await new Promise<void>((resolve) => gate.listen(socket, resolve))
    parts = await openParts(compose.name, `unix://${socket}`)
  })
  afterAll(async () => {
    await parts?.close()
    gate?.closeAllConnections()
    gate?.close()
    await compose?.down()
  })
  const states = () => parts.host.backends().map(({ number, state }) => `${number} ${state}`)

  test('everything that the dashboard does passes: up, list, settle, down to none, up again, hand back', async () => {
    await parts.host.raise(2, NEVER)
    expect(states()).toEqual(['1 up', '2 up', '3 up', '4 up'])
    expect(await parts.list()).toMatch(/-1$/)
    await compose.docker('pause', `${compose.name}-backend-4`)
    await until('it is seen', () => states().at(-1) === '4 paused')
    for (const { backend } of parts.host.backends().reverse()) await parts.host.retire(backend)
    await parts.host.raise(2, NEVER)
    expect(states()).toEqual(['1 up', '2 up'])
    await parts.list()
    await parts.door.settled()
    await parts.close()
    expect(parts.logged).toEqual([])
    expect(refused).toEqual([])
  })
})
