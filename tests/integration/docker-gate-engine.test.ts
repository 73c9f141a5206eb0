import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Clone, cloneOf } from '#lib/compose/clone.ts'
import { createGate } from '#lib/docker-gate/gate.ts'
import { shownContainer } from '#lib/docker-gate/shown.ts'
import { type ComposeProject, composeProject } from '../compose-project.ts'
import { dockerAnswers } from '../docker.ts'

const ENGINE = '/var/run/docker.sock'
const SECRET = 'planted-in-the-environment'

type Inspected = {
  Id: string
  Image: string
  Config: Record<string, unknown> & { Labels: Record<string, string> }
  HostConfig: Record<string, unknown>
  NetworkSettings: { Networks: Record<string, { Aliases: string[] }> }
}

describe.skipIf(!(await dockerAnswers()))('the docker-gate before a real engine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'))
  const gatePath = join(folder, 'gate.sock')
  let compose: ComposeProject
  let gate: Server

  async function ask(socketPath: string, method: string, path: string, body?: object) {
    const sending = request({ socketPath, method, path, agent: false, headers: { 'Content-Type': 'application/json' } })
    sending.end(body && JSON.stringify(body))
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>()
    sending.on('error', reject)
    sending.on('response', async (answer) => resolve({ status: answer.statusCode ?? 0, body: await text(answer) }))
    return promise
  }
  const backend = (number: number): string => `${compose.name}-backend-${number}`
  const inspect = async (name: string): Promise<Inspected> => JSON.parse(await compose.docker('inspect', name))[0]
  const ids = async (): Promise<string[]> => (await compose.compose('ps', '-aq', 'backend')).trim().split('\n').sort()
  const cloned = (inspected: unknown, number: number): Clone => {
    const clone = cloneOf(inspected, number)
    if ('refused' in clone) throw new Error(clone.refused)
    return clone
  }
  /** Creates and starts a replica. Resolves with the answer to its creation. */
  const make = async (socketPath: string, { name, body }: Clone) => {
    const created = await ask(socketPath, 'POST', `/containers/create?name=${name}`, body)
    if (created.status === 201) await ask(socketPath, 'POST', `/containers/${JSON.parse(created.body).Id}/start`)
    return created
  }

  beforeAll(async () => {
    const override = join(folder, 'override.json')
    const planted = { environment: { PLANTED: SECRET }, labels: { planted: SECRET }, volumes: [`${folder}:/mnt/x:ro`] }
    writeFileSync(override, JSON.stringify({ services: { backend: planted } }))
    compose = await composeProject(['front-door', 'backend', 'docker-gate'], [override])
    gate = createGate({ project: compose.name, enginePath: ENGINE, refused: () => undefined })
    await new Promise<void>((resolve) => gate.listen(gatePath, resolve))
  }, 240_000)
  afterAll(async () => {
    gate?.closeAllConnections()
    gate?.close()
    await compose?.down()
    rmSync(folder, { recursive: true, force: true })
  }, 120_000)

  it('shows of a backend, a list and an event nothing that was planted, and no place on the host', async () => {
    const sibling = await inspect(backend(1))
    const shown = await ask(gatePath, 'GET', `/containers/${sibling.Id}/json`)
    expect(JSON.parse(shown.body)).toEqual(JSON.parse(JSON.stringify(shownContainer(sibling))))
    const now = Math.floor(Date.now() / 1000)
    const told = [
      shown,
      await ask(gatePath, 'GET', '/containers/json?all=true'),
      await ask(gatePath, 'GET', `/events?since=${now - 300}&until=${now}`),
    ]
    expect(told.map(({ status }) => status)).toEqual([200, 200, 200])
    for (const { body } of told) {
      expect(body).toContain(sibling.Id)
      for (const withheld of [SECRET, folder, 'working_dir', '/var/lib/docker']) expect(body).not.toContain(withheld)
    }
  })

  it('makes of what it showed the container that would be made without it', async () => {
    const sibling = await inspect(backend(1))
    const shown = JSON.parse((await ask(gatePath, 'GET', `/containers/${sibling.Id}/json`)).body)
    expect(await make(gatePath, cloned(shown, 3))).toMatchObject({ status: 201 })
    expect(await make(ENGINE, cloned(sibling, 4))).toMatchObject({ status: 201 })
    const plain = ({ Config, HostConfig, Image, NetworkSettings }: Inspected, number: number): unknown => {
      const { Hostname: _hostname, Labels, ...config } = Config
      const { 'com.docker.compose.container-number': _number, ...labels } = Labels
      const networks = Object.entries(NetworkSettings.Networks).map(([name, { Aliases }]) => [
        name,
        Aliases.filter((alias) => alias === 'backend' || alias === backend(number)).sort(),
      ])
      return JSON.parse(JSON.stringify({ config, labels, HostConfig, Image, networks }).replaceAll(backend(number), ''))
    }
    const [through, beside] = [await inspect(backend(3)), await inspect(backend(4))]
    expect(plain(through, 3)).toEqual(plain(beside, 4))
    expect(through.Config.Env).toContain(`PLANTED=${SECRET}`)
    expect(through.Config.Labels).toMatchObject({ planted: SECRET, 'robinscope.made-by': 'robinscope' })
    expect(through.HostConfig).toEqual(sibling.HostConfig)
    const made = cloned(through, 5)
    expect(made.body).toEqual(cloned(sibling, 5).body)
  })

  it('refuses a create that says what it did not show', async () => {
    const sibling = await inspect(backend(1))
    expect(await make(gatePath, cloned(sibling, 6))).toMatchObject({ status: 403 })
    const { name, body } = cloned(shownContainer(sibling), 6)
    for (const more of [{ Env: [] }, { HostConfig: { ...(body.HostConfig as object), Binds: ['/:/host'] } }])
      expect(await make(gatePath, { name, body: { ...body, ...more }, connect: [] })).toMatchObject({ status: 403 })
  })

  it('Compose takes what was made for its own: the same scale recreates nothing, and another removes and keeps', async () => {
    const before = await ids()
    expect(before).toHaveLength(4)
    await compose.compose('up', '-d', '--no-build', '--scale', 'backend=4', 'backend')
    expect(await ids()).toEqual(before)
    await compose.compose('up', '-d', '--no-build', '--scale', 'backend=3', 'backend')
    const kept = await ids()
    expect(kept).toHaveLength(3)
    expect(before).toEqual(expect.arrayContaining(kept))
  })

  it('ships with what it imports and nothing else, and answers from its read-only image', async () => {
    const inside = (...words: string[]) => compose.docker('exec', `${compose.name}-docker-gate-1`, ...words)
    expect((await inside('ls', '/docker-gate')).trim().split('\n')).toEqual(['compose', 'docker-gate', 'package.json'])
    expect(await inside('ls', '/docker-gate/.cache')).toMatch(/^v24/)
    const script = `require('node:http').request({ socketPath: '/run/docker-gate/docker.sock', path: '/containers/json' },
      async (answer) => console.log(answer.statusCode, (await answer.toArray()).join(''))).end()`
    const asked = await inside('node', '-e', script)
    expect(asked).toMatch(/^200 /)
    expect(asked).toContain(backend(1))
    expect(asked).not.toContain(SECRET)
  })
})
