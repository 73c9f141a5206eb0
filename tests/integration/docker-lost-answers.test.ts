import { describe, expect, test } from 'vitest'
import { until } from '../until.ts'
import { WAYS } from './engine-ways.ts'
import { openFakeDocker } from './fake-docker.ts'

const NEVER = new AbortController().signal

describe.each(WAYS)('an engine that loses answers or refuses, asked %s', (way) => {
  const docker = openFakeDocker(way)
  const { openWithTwo, states, shows, keyOf, backends, fateOf } = docker
  const diesAtItsStart = () => {
    docker.engine.onStart = (container) => {
      container.state = 'exited'
      docker.engine.happens('die', container, { exitCode: '1' })
    }
  }

  test('a container whose creation was not answered is removed as soon as it is known, and never shown', async () => {
    await openWithTwo()
    const seen = new Set<string>()
    docker.host.subscribe({ changed: () => seen.add(states().join()), trouble: () => undefined })
    fateOf(/create$/, ['lose'])
    await expect(docker.host.raise(NEVER)).rejects.toMatchObject({ problem: { code: 'engine-gone' } })
    expect(states()).toEqual(['1 up', '2 up'])
    await until('no container is left over', () => backends().length === 2)
    await shows(['1 up', '2 up'])
    expect([...seen].filter((shown) => shown.includes('3 down'))).toEqual([])
  })

  test('a container made in vain that the engine refuses to remove is shown no more, and the engine is asked again', async () => {
    await openWithTwo()
    diesAtItsStart()
    fateOf(/^DELETE/, ['refuse', 'refuse'])
    await expect(docker.host.raise(NEVER)).rejects.toMatchObject({ problem: { stage: 'ready' } })
    expect(states()).toEqual(['1 up', '2 up'])
    await until('no container is left over', () => backends().length === 2)
  })

  test.each([/stop$/, /^DELETE/])(
    'a stop whose %s is not answered fails at once, and goes on until it is done',
    async (call) => {
      await openWithTwo()
      fateOf(call, ['lose'])
      const seen = new Set<string>()
      docker.host.subscribe({ changed: () => seen.add(states().at(-1) ?? ''), trouble: () => undefined })
      await expect(docker.host.stop(keyOf(2))).rejects.toMatchObject({ problem: { code: 'engine-gone' } })
      await shows(['1 up'])
      expect([...seen]).toEqual(['2 stopping', '1 up'])
      await until('no container is left over', () => backends().length === 1)
    },
  )

  test('a backend that may have been told to stop is never taken back, though the engine refuses from then on', async () => {
    await openWithTwo()
    const fates = fateOf(/stop$/, ['lose', 'refuse', 'refuse'])
    // SIGTERM was delivered, and the container takes its time.
    const before = docker.engine.happens.bind(docker.engine)
    docker.engine.happens = (action, container, attributes) => {
      if (action === 'die' && fates.length > 0) container.state = 'running'
      else before(action, container, attributes)
    }
    await expect(docker.host.stop(keyOf(2))).rejects.toMatchObject({ problem: { code: 'engine-gone' } })
    await until('the engine has refused twice', () => fates.length === 0)
    expect(states()).toEqual(['1 up', '2 stopping'])
    await shows(['1 up'])
  })

  test('an engine that refuses to stop a backend says so, and the backend is what it was', async () => {
    await openWithTwo()
    fateOf(/stop$/, ['refuse'])
    await expect(docker.host.stop(keyOf(2))).rejects.toMatchObject({
      problem: { code: 'not-reached', stage: 'drained', cause: 'a bad day' },
    })
    expect(states()).toEqual(['1 up', '2 up'])
    await docker.host.stop(keyOf(2))
    expect(states()).toEqual(['1 up'])
  })

  test('an engine that goes away in the middle of a stop fails it within seconds, and is told again when it is back', async () => {
    await openWithTwo()
    fateOf(/stop$/, ['lose'])
    docker.engine.hangs = true
    const began = performance.now()
    await expect(docker.host.stop(keyOf(2))).rejects.toMatchObject({ problem: { code: 'engine-gone' } })
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(states()).toEqual(['1 up', '2 stopping'])
    docker.engine.hangs = false
    await shows(['1 up'])
    await until('the container is gone', () => backends().length === 1)
  })

  test('a container that is gone before it is removed counts as removed', async () => {
    await openWithTwo()
    // The removal is obeyed, every look after it fails, and so the list goes on showing the container for a while.
    let isRemoved = false
    docker.engine.fate = async () => {
      const call = docker.engine.calls.at(-1) ?? ''
      if (call.startsWith('DELETE')) isRemoved = true
      return isRemoved && call === 'GET /containers/json' ? 'refuse' : 'obey'
    }
    await docker.host.stop(keyOf(2))
    expect(states()).toEqual(['1 up'])
    const removals = () => docker.engine.calls.filter((call) => call.startsWith('DELETE')).length
    const before = removals()
    docker.engine.fate = async () => 'obey'
    await until('the list was taken again', () => docker.project.view.service('backend').length === 1)
    expect(removals()).toBe(before)
  })

  test('several that are stopped at once leave exactly the lowest number, whatever the engine loses', async () => {
    await openWithTwo()
    fateOf(/stop$/, ['obey', 'lose'])
    await Promise.allSettled([2, 1].map((number) => docker.host.stop(keyOf(number))))
    await shows([])
    await until('one container is left', () => backends().length === 1)
    expect(backends()).toMatchObject([{ number: 1, state: 'exited' }])
  })

  test('a template that dies at its next start counts as none, though the engine refuses to stop it', async () => {
    await docker.open()
    await shows(['1 up'])
    await docker.host.stop(keyOf(1))
    expect(states()).toEqual([])
    diesAtItsStart()
    fateOf(/stop$/, ['refuse'])
    await expect(docker.host.raise(NEVER)).rejects.toMatchObject({ problem: { stage: 'ready' } })
    expect(states()).toEqual([])
    docker.engine.onStart = (container) => docker.engine.becomesReady(container)
    await Promise.all([docker.host.raise(NEVER), docker.host.raise(NEVER)])
    expect(states()).toEqual(['1 up', '2 up'])
    expect(backends()).toHaveLength(2)
  })

  test('a leftover is never taken for the template when all are stopped', async () => {
    docker.engine.containers.length = 1
    docker.engine.add('backend', 5)
    await docker.open()
    await shows(['5 up'])
    diesAtItsStart()
    const refuses = fateOf(
      /^DELETE/,
      Array.from({ length: 50 }, () => 'refuse'),
    )
    await expect(docker.host.raise(NEVER)).rejects.toMatchObject({ problem: { stage: 'ready' } })
    for (const container of docker.engine.containers)
      if (container.number === 6) Object.assign(container, { number: 4, name: 'shop-backend-4' })
    await docker.host.stop(keyOf(5))
    refuses.length = 0
    await until('the leftover is gone', () => backends().length === 1)
    expect(backends()).toMatchObject([{ number: 5, state: 'exited' }])
  })
})
