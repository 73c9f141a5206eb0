import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DockerHost } from '#lib/cluster/docker/docker-host.ts'
import { Engine } from '#lib/cluster/docker/engine.ts'
import { type FoundProject, findProject } from '#lib/cluster/docker/find-project.ts'
import { type OpenProject, openDockerHost, openDockerProject } from '#lib/cluster/docker/open-project.ts'
import { until } from '../until.ts'
import { FakeEngine } from './fake-engine.ts'

const NEVER = new AbortController().signal
let engine: FakeEngine
beforeEach(async () => {
  engine = new FakeEngine()
  await engine.listen()
})
afterEach(() => engine.die())

const look = () => findProject({ project: 'shop', dockerHost: `unix://${engine.path}` })
const why = async (finding = look()) => {
  const beganAt = performance.now()
  const found = await finding
  expect(performance.now() - beganAt).toBeLessThan(2_500)
  return found.found ? 'found' : found.why
}

describe('whether a project answers is decided within 2 s, with the reason', () => {
  test('it runs', async () => {
    engine.add('front-door', 1)
    engine.add('backend', 1)
    expect(await why()).toBe('found')
  })
  test('there is no such project', async () => {
    expect(await why()).toContain('no project "shop"')
  })
  test('its front door has no container, or does not run', async () => {
    engine.add('backend', 1)
    expect(await why()).toContain('no container of the service "front-door"')
    engine.add('front-door', 1, 'exited')
    expect(await why()).toContain('does not run (exited)')
  })
  test('the engine accepts and never answers', async () => {
    engine.hangs = true
    expect(await why()).toContain('accepts and does not answer within 2 s')
  })
  test('the socket is not there', async () => {
    expect(await why(findProject({ project: 'shop', dockerHost: 'unix:///nowhere/docker.sock' }))).toContain(
      '/nowhere/docker.sock does not exist',
    )
  })
  test('nobody listens', async () => {
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const address = server.address()
        server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
      })
    })
    expect(await why(findProject({ project: 'shop', dockerHost: `tcp://127.0.0.1:${port}` }))).toContain(
      'nobody listens',
    )
  })
  test('DOCKER_HOST is of a form that is not known', async () => {
    expect(await why(findProject({ project: 'shop', dockerHost: 'ssh://x' }))).toContain('none of unix:///path')
  })
})

test('no id reaches the engine that it did not list for the project, whatever its form', async () => {
  const client = new Engine({ address: { socketPath: engine.path }, project: 'shop' })
  for (const id of [
    '../images/json',
    'x/../../volumes/prune',
    'abc?force=1&v=1',
    'a\nb',
    'a'.repeat(10_000),
    'c'.repeat(64),
  ]) {
    await expect(client.start(id)).rejects.toMatchObject({ kind: 'refused' })
    await expect(client.remove(id)).rejects.toMatchObject({ kind: 'refused' })
    await expect(client.inspect(id)).rejects.toMatchObject({ kind: 'refused' })
  }
  expect(engine.calls).toEqual([])
})

describe('a host on an engine that has a bad day', () => {
  let project: OpenProject
  let host: DockerHost
  const troubles: (string | null)[] = []
  beforeEach(async () => {
    engine.add('front-door', 9)
    engine.add('backend', 1)
    engine.add('backend', 2)
    project = openDockerProject((await look()) as FoundProject)
    host = await openDockerHost(project, () => undefined)
    troubles.length = 0
    host.subscribe({ changed: () => undefined, trouble: (detail) => troubles.push(detail) })
    // The first ping of the watch comes after the look that follows the opening of the stream.
    await until(
      'events are followed',
      () =>
        engine.calls.includes('GET /events') &&
        engine.calls.lastIndexOf('GET /_ping') > engine.calls.indexOf('GET /events'),
    )
  })
  afterEach(async () => {
    await host.close()
    await project.close()
  })
  const states = () => host.backends().map(({ number, state }) => `${number} ${state}`)
  const shows = (wanted: string[], limitMs?: number) =>
    until(`backends are ${wanted.join(', ')}`, () => states().join() === wanted.join(), limitMs)

  test('that dies says so within 3 s, keeps what was known, and is right within 5 s after it is back', async () => {
    await shows(['1 up', '2 up'])
    await engine.die()
    await until('the trouble is told', () => troubles.length === 1, 30_000)
    expect(troubles[0]).toContain('does not answer')
    expect(states()).toEqual(['1 up', '2 up'])
    await expect(host.raise(1, NEVER)).rejects.toMatchObject({ problem: { code: 'engine-gone' } })
    engine.containers.pop()
    engine.add('backend', 7)
    await engine.listen()
    await shows(['1 up', '7 up'], 30_000)
    await until('all is well again', () => troubles.at(-1) === null, 30_000)
    expect(troubles).toHaveLength(2)
  })

  test('that hangs is known within 3 s, and so is its return', async () => {
    engine.hangs = true
    await until('the trouble is told', () => troubles.length === 1, 30_000)
    engine.hangs = false
    await until('all is well again', () => troubles.at(-1) === null, 30_000)
  })

  test('whose event stream ends is asked again, without any alarm', async () => {
    const before = engine.calls.filter((call) => call === 'GET /events').length
    engine.endEvents()
    await until('the stream is open again', () => engine.calls.filter((call) => call === 'GET /events').length > before)
    engine.add('backend', 3)
    await shows(['1 up', '2 up', '3 up'], 30_000)
    expect(troubles).toEqual([])
  })

  test('whose event stream is dead without an end is found out within 3 s', async () => {
    engine.eventsAreLost = true
    const before = engine.calls.filter((call) => call === 'GET /events').length
    engine.containers.pop()
    await shows(['1 up'], 30_000)
    await until(
      'another stream was opened',
      () => engine.calls.filter((call) => call === 'GET /events').length > before,
    )
  })

  test('whose list still shows one as running that has died is not believed until it tells of a start', async () => {
    const second = engine.containers.find(({ service, number }) => service === 'backend' && number === 2)
    if (!second) throw new Error('There is no second one')
    engine.happens('die', second, { exitCode: '0' })
    await shows(['1 up', '2 down'])
    engine.happens('stop', second)
    const lists = () => engine.calls.filter((call) => call === 'GET /containers/json').length
    const before = lists()
    await until('it was listed again', () => lists() > before + 1)
    expect(states()).toEqual(['1 up', '2 down'])
    engine.happens('start', second)
    await shows(['1 up', '2 up'])
  })

  test('that refuses a creation passes its words on, and nothing is left', async () => {
    engine.refusals = [{ status: 500, message: 'no space left on device' }]
    await expect(host.raise(2, NEVER)).rejects.toMatchObject({
      problem: { code: 'not-reached', stage: 'create', cause: 'no space left on device' },
    })
    expect(engine.containers.filter(({ service }) => service === 'backend')).toHaveLength(2)
  })

  test('where a name is taken goes on with the next number', async () => {
    engine.refusals = [{ status: 409, message: 'Conflict. The container name is already in use' }]
    expect(await host.raise(1, NEVER)).toMatchObject([{ number: 4, state: 'up' }])
  })

  test('where one exits before it is ready says with what words, and removes it', async () => {
    engine.onStart = (container) => {
      container.says = 'Error: \u001b[31mno such module\u001b[0m\n'
      container.state = 'exited'
      engine.happens('die', container, { exitCode: '3' })
    }
    const error = await host.raise(2, NEVER).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ problem: { stage: 'ready', cause: 'Error: no such module' } })
    expect(String(error)).toMatch(/shop-backend-[34] exited with code 3 before it was ready/)
    expect(engine.containers.filter(({ service }) => service === 'backend')).toHaveLength(2)
    expect(states()).toEqual(['1 up', '2 up'])
  })

  test('where one is never ready is an error once its time is over', async () => {
    engine.onStart = (container) => {
      container.state = 'running'
    }
    const gaveUp = AbortSignal.timeout(300)
    await expect(host.raise(1, gaveUp)).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(engine.containers.filter(({ service }) => service === 'backend')).toHaveLength(2)
  })
})
