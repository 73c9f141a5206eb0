import { beforeEach, describe, expect, test } from 'vitest'
import { until } from '../until.ts'
import { WAYS } from './engine-ways.ts'
import { openFakeDocker } from './fake-docker.ts'

const NEVER = new AbortController().signal

describe.each(WAYS)('a host on an engine that has a bad day, asked %s', (way) => {
  const docker = openFakeDocker(way)
  const { states, shows } = docker
  const troubles: (string | null)[] = []
  beforeEach(async () => {
    await docker.openWithTwo()
    troubles.length = 0
    docker.host.subscribe({ changed: () => undefined, trouble: (detail) => troubles.push(detail) })
    // The first ping of the watch comes after the look that follows the opening of the stream.
    await until('events are followed', () => {
      const { calls } = docker.engine
      return calls.includes('GET /events') && calls.lastIndexOf('GET /_ping') > calls.indexOf('GET /events')
    })
  })

  test('that dies says so within 3 s, keeps what was known, and is right within 5 s after it is back', async () => {
    await shows(['1 up', '2 up'])
    await docker.engine.die()
    await until('the trouble is told', () => troubles.length === 1, 30_000)
    expect(troubles[0]).toContain('does not answer')
    expect(states()).toEqual(['1 up', '2 up'])
    await expect(docker.host.raise(NEVER)).rejects.toMatchObject({ problem: { code: 'engine-gone' } })
    docker.engine.containers.pop()
    docker.engine.add('backend', 7)
    await docker.engine.listen()
    await shows(['1 up', '7 up'], 30_000)
    await until('all is well again', () => troubles.at(-1) === null, 30_000)
    expect(troubles).toHaveLength(2)
  })

  test('that hangs is known within 3 s, and so is its return', async () => {
    docker.engine.hangs = true
    await until('the trouble is told', () => troubles.length === 1, 30_000)
    docker.engine.hangs = false
    await until('all is well again', () => troubles.at(-1) === null, 30_000)
  })

  test('whose event stream ends is asked again, without any alarm', async () => {
    const before = docker.engine.calls.filter((call) => call === 'GET /events').length
    docker.engine.endEvents()
    await until(
      'the stream is open again',
      () => docker.engine.calls.filter((call) => call === 'GET /events').length > before,
    )
    docker.engine.add('backend', 3)
    await shows(['1 up', '2 up', '3 up'], 30_000)
    expect(troubles).toEqual([])
  })

  test('whose event stream is dead without an end is found out within 3 s', async () => {
    docker.engine.eventsAreLost = true
    const before = docker.engine.calls.filter((call) => call === 'GET /events').length
    docker.engine.containers.pop()
    await shows(['1 up'], 30_000)
    await until(
      'another stream was opened',
      () => docker.engine.calls.filter((call) => call === 'GET /events').length > before,
    )
  })

  test('whose list still shows a dead container as running is not believed until it tells of a start', async () => {
    const second = docker.engine.containers.find(({ service, number }) => service === 'backend' && number === 2)
    if (!second) throw new Error('There is no second one')
    docker.engine.happens('die', second, { exitCode: '0' })
    await shows(['1 up', '2 down'])
    docker.engine.happens('stop', second)
    const lists = () => docker.engine.calls.filter((call) => call === 'GET /containers/json').length
    const before = lists()
    await until('it was listed again', () => lists() > before + 1)
    expect(states()).toEqual(['1 up', '2 down'])
    docker.engine.happens('start', second)
    await shows(['1 up', '2 up'])
  })

  test('that refuses a creation passes its words on, and nothing is left', async () => {
    docker.engine.refusals = [{ status: 500, message: 'no space left on device' }]
    await expect(docker.host.raise(NEVER)).rejects.toMatchObject({
      problem: { code: 'not-reached', stage: 'create', cause: 'no space left on device' },
    })
    expect(docker.engine.containers.filter(({ service }) => service === 'backend')).toHaveLength(2)
  })

  test('where a name is taken goes on with the next number', async () => {
    docker.engine.refusals = [{ status: 409, message: 'Conflict. The container name is already in use' }]
    await docker.host.raise(NEVER)
    expect(states()).toEqual(['1 up', '2 up', '4 up'])
  })

  test('where a backend exits before it is ready says with what words, and removes it', async () => {
    docker.engine.onStart = (container) => {
      container.says = 'Error: \u001b[31mno such module\u001b[0m\n'
      container.state = 'exited'
      docker.engine.happens('die', container, { exitCode: '3' })
    }
    const error = await docker.host.raise(NEVER).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ problem: { stage: 'ready', cause: 'Error: no such module' } })
    expect(String(error)).toMatch(/shop-backend-3 exited with code 3 before it was ready/)
    expect(docker.engine.containers.filter(({ service }) => service === 'backend')).toHaveLength(2)
    expect(states()).toEqual(['1 up', '2 up'])
  })

  test('where a backend is never ready leaves nothing once the raise is called off', async () => {
    docker.engine.onStart = (container) => {
      container.state = 'running'
    }
    const gaveUp = AbortSignal.timeout(300)
    await expect(docker.host.raise(gaveUp)).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(docker.engine.containers.filter(({ service }) => service === 'backend')).toHaveLength(2)
  })
})
