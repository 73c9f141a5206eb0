import { mkdtempSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlBackends } from '#lib/cluster/backend-control.ts'
import type { DockerHost } from '#lib/cluster/docker/docker-host.ts'
import { findProject } from '#lib/cluster/docker/find-project.ts'
import { openDockerHost, openDockerProject } from '#lib/cluster/docker/open-project.ts'
import { createGate } from '#lib/docker-gate/gate.ts'
import { type ComposeProject, composeProject } from '#tests/compose-project.ts'
import { dockerAnswers } from '#tests/docker.ts'
import { until } from '#tests/until.ts'
import { channelContract, type OpenHost } from './backend-host.ts'
import { lifecycleContract } from './backend-host-lifecycle.ts'

type Followed = { host: DockerHost; close: () => Promise<void> }

async function follow(project: string, dockerHost?: string): Promise<Followed> {
  const found = await findProject({ project, dockerHost })
  if (!found.found) throw new Error(found.why)
  const open = openDockerProject(found)
  const host = await openDockerHost(open, () => undefined)
  const close = async (): Promise<void> => {
    await host.close()
    await open.close()
  }
  return { host, close }
}

const nameOf = (compose: ComposeProject, number: number): string => `${compose.name}-backend-${number}`

async function openHost(compose: ComposeProject): Promise<OpenHost> {
  const { host, close } = await follow(compose.name)
  const docker =
    (command: string) =>
    async (number: number): Promise<void> => {
      await compose.docker(command, nameOf(compose, number))
    }
  const count = async (): Promise<number> =>
    (await compose.compose('ps', '-aq', 'backend')).split('\n').filter(Boolean).length
  const outside = { freeze: docker('pause'), thaw: docker('unpause'), kill: docker('kill'), count }
  return { host, ...outside, leaves: 1, close }
}

describe.skipIf(!(await dockerAnswers()))('containers', () => {
  let compose: ComposeProject
  beforeAll(async () => {
    compose = await composeProject()
  })
  afterAll(() => compose?.down())
  lifecycleContract(() => openHost(compose))
})

describe.skipIf(!(await dockerAnswers()))('containers that are told something', () => {
  let compose: ComposeProject
  beforeAll(async () => {
    compose = await composeProject()
  })
  afterAll(() => compose?.down())
  channelContract(() => openHost(compose))

  describe('told by several dashboards, through the docker-gate, too', () => {
    const refused: string[] = []
    const socket = join(mkdtempSync(join(tmpdir(), 'gate-')), 'docker.sock')
    let gate: Server
    let behind: Followed
    let beside: Followed
    beforeAll(async () => {
      gate = createGate({
        project: compose.name,
        enginePath: '/var/run/docker.sock',
        refused: (method, url, why) => refused.push(`${method} ${url}: ${why}`),
      })
      await new Promise<void>((resolve) => gate.listen(socket, resolve))
      behind = await follow(compose.name, `unix://${socket}`)
      beside = await follow(compose.name)
    })
    afterAll(async () => {
      await behind?.close()
      await beside?.close()
      gate?.closeAllConnections()
      gate?.close()
    })
    const key = (): string => behind.host.backends()[0]?.backend ?? ''

    it('each gets the answers to its own commands', async () => {
      const shares = Array.from({ length: 20 }, (_, index) => index / 100)
      const answers = await Promise.all(
        shares.map((share) => {
          const { host } = (share * 100) % 2 === 0 ? behind : beside
          return host.command(key(), { command: 'fault', kind: 'errors', status: 500, share })
        }),
      )
      expect(answers).toEqual(
        shares.map((share) => ({ ok: true, fields: { faults: [{ kind: 'errors', status: 500, share }] } })),
      )
      expect(await beside.host.command(key(), { command: 'heal' })).toEqual({ ok: true, fields: { faults: [] } })
      expect(refused).toEqual([])
    })

    it('a restarted container is told anew, and knows nothing of its earlier life', async () => {
      await behind.host.command(key(), { command: 'fault', kind: 'errors', status: 500 })
      const states: string[] = []
      const stop = behind.host.subscribe({
        changed: () => states.push(behind.host.backends()[0]?.state ?? ''),
        trouble: () => undefined,
      })
      await compose.docker('restart', '-t', '2', nameOf(compose, 1))
      await until('it is up again', () => states.includes('down') && states.at(-1) === 'up')
      stop()
      expect(await behind.host.command(key(), { command: 'faults' })).toEqual({ ok: true, fields: { faults: [] } })
    })

    it('a backend whose log was cut because it said so much is still known to be ready by a later dashboard', async () => {
      const control = controlBackends(beside.host, () => undefined)
      await control.ledger(key(), { act: 'start', ids: true })
      const url = `http://127.0.0.1:${compose.frontDoorPort}/`
      let answered = 0
      for (let number = 0; number < 500; number++) {
        const answer = await fetch(url, { headers: { 'x-request-id': String(number).padStart(128, '-') } })
        await answer.text()
        // Right after the restart the front door's own list of names may still be the one before.
        if (answer.headers.get('x-backend') === key()) answered++
      }
      expect(answered).toBeGreaterThan(400)
      // 70 KB each; the log driver keeps 3 MB.
      for (let left = 60; left > 0; left--) {
        const { ids, methods } = await control.ledger(key(), { act: 'read' })
        expect([ids.size, methods.GET]).toEqual([answered, answered])
      }
      const log = await compose.docker('logs', nameOf(compose, 1))
      // The answer to the start, which came first of all.
      expect(log).not.toMatch(/"withIds":true,"event"/)
      expect(log).toMatch(/"event":"listening"/)
      const later = await follow(compose.name)
      try {
        expect(later.host.backends()[0]).toMatchObject({ number: 1, state: 'up' })
      } finally {
        await later.close()
      }
    })
  })
})
