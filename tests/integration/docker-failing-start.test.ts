import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DockerHost } from '#lib/cluster/docker/docker-host.ts'
import { findProject } from '#lib/cluster/docker/find-project.ts'
import { type OpenProject, openDockerHost, openDockerProject } from '#lib/cluster/docker/open-project.ts'
import { dockerAnswers } from '../docker.ts'
import { runCommand } from '../run-command.ts'
import { type OpenWay, openWay, WAYS } from './engine-ways.ts'

const NEVER = new AbortController().signal
/** A backend that fails in the way that a file tells it to. */
const SERVICE = `
const { existsSync, readFileSync } = require('node:fs')
process.on('SIGTERM', () => process.exit(0))
if (existsSync('/mood/exit')) { console.error(readFileSync('/mood/exit', 'utf8')); process.exit(7) }
console.log(JSON.stringify({ event: 'listening', backend: require('node:os').hostname(), port: 8000 }))
setInterval(() => {}, 1000)
`
const name = `robinscope-test-${randomBytes(4).toString('hex')}`
const folder = mkdtempSync(join(tmpdir(), 'failing-start-'))
const mood = join(folder, 'mood')
const compose = (...args: string[]) =>
  runCommand('docker', ['compose', '-p', name, '-f', join(folder, 'compose.json'), ...args], { limitMs: 60_000 })

describe.runIf(await dockerAnswers())('a backend that cannot start', () => {
  beforeAll(async () => {
    mkdirSync(mood)
    const base = { image: 'node:24-slim', init: true, restart: 'unless-stopped' }
    const volumes = [
      { type: 'bind', source: mood, target: '/mood', read_only: true, bind: { create_host_path: false } },
    ]
    const services = {
      'front-door': { ...base, command: ['sleep', '600'] },
      backend: { ...base, command: ['node', '-e', SERVICE.replaceAll('$', '$$')], volumes, deploy: { replicas: 2 } },
    }
    writeFileSync(join(folder, 'compose.json'), JSON.stringify({ services }))
    expect((await compose('up', '-d')).code).toBe(0)
  })
  afterAll(() => compose('down', '--timeout', '1'))

  describe.each(WAYS)('on an engine asked %s', (kind) => {
    let way: OpenWay
    let project: OpenProject
    let host: DockerHost
    beforeAll(async () => {
      way = await openWay(kind, '/var/run/docker.sock', name)
      const found = await findProject({ project: name, dockerHost: way.dockerHost })
      if (!found.found) throw new Error(found.why)
      project = openDockerProject(found)
      host = await openDockerHost(project, () => undefined)
    })
    afterAll(async () => {
      await host?.close()
      await project?.close()
      await way?.close()
      rmSync(join(mood, 'exit'), { force: true })
    })
    const left = async () => (await compose('ps', '-aq', 'backend')).output.trim().split('\n').length
    const states = () => host.backends().map(({ number, state }) => `${number} ${state}`)

    test('is an error with its exit code and its own words, although Docker starts it again and again; nothing is left', async () => {
      expect(states()).toEqual(['1 up', '2 up'])
      writeFileSync(join(mood, 'exit'), 'Error: the database is out for lunch')
      const error = await host.raise(NEVER).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        problem: {
          code: 'not-reached',
          stage: 'ready',
          cause: expect.stringContaining('the database is out for lunch'),
        },
      })
      expect(String(error)).toMatch(/-backend-[345] exited with code 7 before it was ready/)
      expect(states()).toEqual(['1 up', '2 up'])
      expect(await left()).toBe(2)
    })

    test("that Docker refuses to make is an error in Docker's words", async () => {
      renameSync(mood, `${mood}-away`)
      try {
        await expect(host.raise(NEVER)).rejects.toMatchObject({
          problem: {
            code: 'not-reached',
            stage: 'create',
            cause: expect.stringContaining('bind source path does not exist'),
          },
        })
        expect(await left()).toBe(2)
      } finally {
        renameSync(`${mood}-away`, mood)
      }
      expect(way.refused).toEqual([])
    })
  })
})
