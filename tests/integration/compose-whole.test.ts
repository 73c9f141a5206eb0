import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dockerAnswers } from '#tests/docker.ts'
import { freePort } from '#tests/ports.ts'
import { type CommandResult, runCommand } from '#tests/run-command.ts'

const ENTRY = fileURLToPath(new URL('../../lib/server/compose.ts', import.meta.url))
const UP_LIMIT_MS = 600_000
const NAME = `robinscope-test-${randomBytes(4).toString('hex')}`
const SERVICES = ['backend', 'dashboard', 'docker-gate', 'front-door']

type Inspected = {
  Name: string
  Config: { User: string; Labels: Record<string, string>; Healthcheck?: { Test: string[] } }
  HostConfig: Record<string, unknown> & { PortBindings: Record<string, { HostIp: string; HostPort: string }[]> }
  Mounts: { Destination: string }[]
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> }
}

describe.skipIf(!(await dockerAnswers()))('npm run up, with Docker', () => {
  let env: NodeJS.ProcessEnv
  let started: CommandResult
  let containers: Inspected[]

  const docker = async (...words: string[]): Promise<CommandResult> =>
    runCommand('docker', words, { env, limitMs: 60_000 })
  const compose = (word: string, ...more: string[]): Promise<CommandResult> =>
    runCommand(process.execPath, [ENTRY, word, ...more], { env, limitMs: UP_LIMIT_MS })
  const serviceOf = (one: Inspected): string => one.Config.Labels['com.docker.compose.service'] ?? ''
  const of = (service: string): Inspected[] => containers.filter((one) => serviceOf(one) === service)
  const addressesOf = (service: string): string[] =>
    of(service).flatMap((one) => Object.values(one.NetworkSettings.Networks).map(({ IPAddress }) => IPAddress))

  beforeAll(async () => {
    const [port, frontDoorPort] = [await freePort(), await freePort()]
    env = {
      ...process.env,
      PORT: String(port),
      FRONT_DOOR_PORT: String(frontDoorPort),
      ROBINSCOPE_PROJECT: NAME,
      ROBINSCOPE_REPLICAS: '2',
    }
    started = await compose('up')
    const ids = await docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${NAME}`)
    containers = JSON.parse((await docker('inspect', ...ids.output.split('\n').filter(Boolean))).output)
  }, UP_LIMIT_MS)

  afterAll(async () => {
    await compose('down')
    const images = await docker('images', '-q', `${NAME}-*`)
    if (images.output.trim()) await docker('rmi', '-f', ...images.output.split('\n').filter(Boolean))
  }, UP_LIMIT_MS)

  it('brings up the whole project and says where to look', () => {
    expect(started.output).toContain(`http://localhost:${env.PORT}`)
    expect(started.output).toContain(`http://localhost:${env.FRONT_DOOR_PORT}`)
    expect(started.code).toBe(0)
    expect(containers.map(serviceOf).sort()).toEqual(['backend', ...SERVICES])
  })

  it.each(SERVICES)('%s is hardened', (service) => {
    for (const one of of(service)) {
      const host = one.HostConfig
      expect(host).toMatchObject({
        ReadonlyRootfs: true,
        Privileged: false,
        CapAdd: null,
        CapDrop: ['ALL'],
        Init: true,
      })
      expect(host.SecurityOpt).toEqual(['no-new-privileges:true'])
      expect(Number(host.Memory)).toBeGreaterThan(0)
      expect(Number(host.PidsLimit)).toBeGreaterThan(0)
      expect(host.LogConfig).toMatchObject({ Config: { 'max-size': '1m' } })
      expect(one.Config.Healthcheck?.Test[0]).toBe('CMD')
      if (service === 'docker-gate') expect(host.NetworkMode).toBe('none')
      else expect(one.Config.User).not.toMatch(/^$|^0|root/)
    }
  })

  it('gives the Docker socket to the gate alone', () => {
    const holders = containers.filter(({ Mounts }) =>
      Mounts.some(({ Destination }) => /docker\.sock$/.test(Destination)),
    )
    expect(holders.map(serviceOf)).toEqual(['docker-gate'])
  })

  it('publishes two ports, on 127.0.0.1', () => {
    const bindings = containers.flatMap((one) => Object.values(one.HostConfig.PortBindings ?? {}).flat())
    expect(bindings.map(({ HostPort }) => HostPort).sort()).toEqual([env.PORT, env.FRONT_DOOR_PORT].sort())
    expect(bindings.every(({ HostIp }) => HostIp === '127.0.0.1')).toBe(true)
  })

  const dials = async (from: string, host: string, port: number): Promise<boolean> => {
    const dial = `exec 3<>/dev/tcp/${host}/${port}`
    return (await docker('exec', `${NAME}-${from}-1`, 'timeout', '2', 'bash', '-c', dial)).code === 0
  }

  it('from a backend, the front door can be reached and the dashboard, the gate and the world cannot', async () => {
    expect(await dials('backend', 'front-door', 8080)).toBe(true)
    const hosts = [...addressesOf('dashboard'), 'dashboard', 'dashboard-control', 'docker-gate']
    const reached = await Promise.all(hosts.map((host) => dials('backend', host, 3000)))
    expect(hosts.filter((_, index) => reached[index])).toEqual([])
    const networks = of('backend').flatMap((one) => Object.keys(one.NetworkSettings.Networks))
    const internal = await docker('network', 'inspect', '--format', '{{.Internal}}', ...new Set(networks))
    expect(internal.output.trim()).toBe('true')
  })

  it('from a backend, neither the engine nor what the host publishes can be reached', async () => {
    // On a bridge the host has the first address, whether the network is internal or not.
    const hosts = [...new Set(addressesOf('backend').map((address) => address.replace(/\d+$/, '1')))]
    const ports = [env.PORT, env.FRONT_DOOR_PORT, 2375, 2376].map(Number)
    const places = [...hosts, '172.17.0.1', '127.0.0.1', 'host.docker.internal'].flatMap((host) =>
      ports.map((port) => ({ host, port })),
    )
    const reached = await Promise.all(places.map(({ host, port }) => dials('backend', host, port)))
    expect(places.filter((_, index) => reached[index])).toEqual([])
    const sockets = ['/var/run/docker.sock', '/run/docker-gate/docker.sock']
    const listed = await docker('exec', `${NAME}-backend-1`, 'ls', ...sockets)
    expect(listed.code).not.toBe(0)
    expect(listed.output.match(/No such file/g)).toHaveLength(sockets.length)
  })

  it('from the front door, the dashboard cannot be reached either, though they share a network', async () => {
    const hosts = addressesOf('dashboard')
    const reached = await Promise.all(hosts.map((address) => dials('front-door', address, 3000)))
    expect(hosts.filter((_, index) => reached[index])).toEqual([])
  })

  it('from the dashboard, the engine is reached through the gate, which shows the project and refuses the rest', async () => {
    const script = `
      const { request } = require('node:http')
      const ask = (method, path) => new Promise((resolve) => request(
        { socketPath: '/run/docker-gate/docker.sock', method, path },
        async (answer) => resolve([answer.statusCode, (await answer.toArray()).join('')])).end())
      Promise.all([ask('GET', '/containers/json?all=1'), ask('GET', '/images/json'), ask('POST', '/containers/prune')])
        .then(([listed, ...others]) => console.log(JSON.stringify([
          listed[0], JSON.parse(listed[1]).map((one) => one.Labels['com.docker.compose.project']), others.map(([status]) => status)])))`
    const asked = await docker('exec', `${NAME}-dashboard-1`, 'node', '-e', script)
    expect(JSON.parse(asked.output)).toEqual([200, containers.map(() => NAME), [403, 403]])
  })

  it('npm run down leaves no container, network or volume', async () => {
    expect((await compose('down')).code).toBe(0)
    const label = ['--filter', `label=com.docker.compose.project=${NAME}`, '-q']
    for (const list of [
      ['ps', '-a'],
      ['network', 'ls'],
      ['volume', 'ls'],
    ])
      expect((await docker(...list, ...label)).output.trim()).toBe('')
  })
})
