import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GENERATION_HEADER } from '#lib/front-door/answer-headers.ts'
import { askFrontDoor } from '#lib/front-door/ask-front-door.ts'
import { renderNginxConfiguration } from '#lib/front-door/render.ts'
import { DEFAULT_POLICY } from '#lib/protocol/configuration.ts'
import { type ComposeProject, composeProject } from '#tests/compose-project.ts'
import { dockerAnswers } from '#tests/docker.ts'
import { until } from '#tests/until.ts'

const UP_LIMIT_MS = 600_000
const FOLDER = '/var/lib/front-door'

async function open(
  project: ComposeProject,
  path: string,
): Promise<{ status: number; body: string; headers: Headers }> {
  const answer = await fetch(`http://127.0.0.1:${project.frontDoorPort}${path}`, {
    signal: AbortSignal.timeout(10_000),
  })
  return { status: answer.status, body: await answer.text(), headers: answer.headers }
}

async function hostnames(project: ComposeProject, count: number): Promise<string[]> {
  const seen: string[] = []
  for (let sent = 0; sent < count; sent += 1) seen.push((await open(project, '/')).body)
  return seen
}

/** On a new connection: a kept one may bring one more answer by an older list. */
const generation = (project: ComposeProject): Promise<string | null> =>
  askFrontDoor({ host: '127.0.0.1', port: project.frontDoorPort }).then((answer) => answer?.generation ?? null)

describe.skipIf(!(await dockerAnswers()))('the cluster that plain Compose brings up, without a dashboard', () => {
  let project: ComposeProject
  let frontDoor: string

  beforeAll(async () => {
    project = await composeProject(['front-door', 'backend'])
    frontDoor = `${project.name}-front-door-1`
  }, UP_LIMIT_MS)

  afterAll(async () => {
    await project?.down()
  })

  it('answers with two hex hostnames in strict rotation, whatever health checks and favicons are asked for', async () => {
    const seen: string[] = []
    for (let turn = 0; turn < 20; turn += 1) {
      const answer = await open(project, '/')
      expect(answer.body).toMatch(/^[0-9a-f]{12}\n$/)
      expect(answer.headers.get('x-backend')).toBe(answer.body.trim())
      seen.push(answer.body)
      const icon = await open(project, '/favicon.ico')
      expect(icon.status).toBe(204)
      expect(icon.headers.get('cache-control')).toContain('max-age')
      await open(project, '/__front-door/health')
    }
    expect(new Set(seen).size).toBe(2)
    expect(seen.filter((hostname, turn) => hostname === seen[turn - 1])).toEqual([])
  })

  it('says on every answer which backend was tried and by which list', async () => {
    const { headers } = await open(project, '/')
    expect(headers.get('x-upstream-addr')).toMatch(/^[0-9.]+:8000$/)
    expect(headers.get('x-upstream-status')).toBe('200')
    for (const time of ['connect', 'header']) expect(headers.get(`x-upstream-${time}-time`)).toMatch(/^[0-9.]+$/)
    expect(headers.get(GENERATION_HEADER)).toBe('dns-0')
  })

  it('reports every container as healthy', async () => {
    await project.compose('up', '-d', '--no-build', '--wait', 'front-door', 'backend')
    const told = await project.compose('ps', '--format', '{{.Health}}')
    expect(told.trim().split('\n')).toEqual(['healthy', 'healthy', 'healthy'])
  })

  it.each([5, 1, 2])('follows `up --scale backend=%i`', async (replicas) => {
    await project.compose('up', '-d', '--no-build', '--scale', `backend=${replicas}`, 'backend')
    const settled = async () => new Set(await hostnames(project, replicas * 2)).size === replicas
    await until(`${replicas} hostnames answer`, settled, 30_000)
  })

  describe('takes a list from a dashboard that renews the lease', () => {
    const put = async (name: string, text: string): Promise<void> => {
      const folder = await mkdtemp(join(tmpdir(), 'list-'))
      await writeFile(join(folder, name), text)
      await project.docker('cp', join(folder, name), `${frontDoor}:${FOLDER}/${name}`)
      await rm(folder, { recursive: true })
    }
    const list = renderNginxConfiguration({
      generation: 'abc-1',
      upstream: { by: 'list', servers: [] },
      policy: DEFAULT_POLICY,
      capabilities: { keepaliveMinTimeout: true, resolve: true },
      listen: '8080',
    })
    const check = () => project.docker('exec', frontDoor, 'nginx', '-t', '-p', FOLDER, '-c', 'candidate.conf')

    it("refuses a candidate in nginx's own words, and changes nothing", async () => {
      await put('candidate.conf', list.replace('zone ', 'zonk '))
      await expect(check()).rejects.toThrow('unknown directive "zonk"')
      expect(await generation(project)).toBe('dns-0')
    })

    it('goes over to it at a HUP, and back to DNS when the lease ran out', async () => {
      await put('candidate.conf', list)
      await check()
      await put('lease', 'abc\n')
      await put('nginx.conf', list)
      await project.docker('kill', '--signal', 'HUP', frontDoor)
      // An old worker that has not heard of the reload yet may still answer in between.
      const isInForce = async (): Promise<boolean> => {
        for (let look = 0; look < 20; look++) if ((await generation(project)) !== 'abc-1') return false
        return true
      }
      await until('the new list is in force', isInForce, 30_000)
      const from = performance.now()
      await until('the DNS list is in force again', async () => (await generation(project)) === 'dns-0', 25_000, 250)
      expect(performance.now() - from).toBeGreaterThan(10_000)
      expect((await open(project, '/')).status).toBe(200)
    })

    it('begins with DNS at every start', async () => {
      await put('nginx.conf', list)
      await project.docker('restart', '--time', '1', frontDoor)
      await until('it answers by DNS', async () => (await generation(project)) === 'dns-0', 10_000)
    })
  })

  it('lets backends go on SIGTERM alone', async () => {
    await project.docker('stop', '--time', '60', `${project.name}-backend-2`)
    const state = await project.docker('inspect', '--format', '{{.State.ExitCode}}', `${project.name}-backend-2`)
    expect(state.trim()).toBe('0')
  })
})
