import { describe, expect, test } from 'vitest'
import { until } from '../until.ts'
import { WAYS } from './engine-ways.ts'
import { openFakeDocker } from './fake-docker.ts'

const NEVER = new AbortController().signal

describe.each(WAYS)('raises and stops, on an engine asked %s', (way) => {
  const docker = openFakeDocker(way)
  const { openWithTwo, states, shows, keyOf, backends, fateOf } = docker
  const openWith = async (count: number) => {
    for (let number = 2; number <= count; number += 1) docker.engine.add('backend', number)
    await docker.open()
    await shows(Array.from({ length: count }, (_, index) => `${index + 1} up`))
  }
  const neverReady = () => {
    docker.engine.onStart = (container) => {
      container.state = 'running'
    }
  }
  const callsSoFar = (call: RegExp) => docker.engine.calls.filter((one) => call.test(one)).length

  test('at most 8 stops are at the engine at once, and all are carried out', async () => {
    await openWith(12)
    const goOn = Promise.withResolvers<void>()
    let atOnce = 0
    let most = 0
    docker.engine.fate = async () => {
      if (!docker.engine.calls.at(-1)?.endsWith('/stop')) return 'obey'
      atOnce += 1
      most = Math.max(most, atOnce)
      await goOn.promise
      atOnce -= 1
      return 'obey'
    }
    const stopped = docker.host.backends().map(({ backend }) => docker.host.stop(backend))
    expect(new Set(states().map((state) => state.split(' ')[1]))).toEqual(new Set(['stopping']))
    await until('8 stops wait', () => atOnce >= 8)
    // The watch's ping goes out every 500 ms: a ninth stop would have been there long before.
    const pings = callsSoFar(/_ping$/)
    await until('the engine was asked something else', () => callsSoFar(/_ping$/) > pings)
    goOn.resolve()
    await Promise.all(stopped)
    expect(most).toBe(8)
    expect(backends()).toMatchObject([{ number: 1, state: 'exited' }])
  })

  test('a stop that goes on is waited for by the next call, unless the engine goes away', async () => {
    await openWithTwo()
    fateOf(/stop$/, ['lose'])
    await expect(docker.host.stop(keyOf(2))).rejects.toMatchObject({ problem: { code: 'engine-gone' } })
    expect(states()).toEqual(['1 up', '2 stopping'])
    await docker.host.stop(keyOf(2))
    expect(states()).toEqual(['1 up'])
    fateOf(/stop$/, ['lose'])
    await expect(docker.host.stop(keyOf(1))).rejects.toMatchObject({ problem: { code: 'engine-gone' } })
    const again = docker.host.stop(keyOf(1))
    const both = expect(Promise.all([again, docker.host.stop(keyOf(1))])).rejects.toMatchObject({
      problem: { code: 'engine-gone' },
    })
    await docker.engine.die()
    await both
    await docker.engine.listen()
    await shows([])
  })

  test('a backend that is not ready in time is an error, and nothing is left', async () => {
    await openWithTwo({ readyDeadlineMs: 400 })
    neverReady()
    await expect(docker.host.raise(NEVER)).rejects.toMatchObject({
      problem: {
        ...{ code: 'not-reached', stage: 'ready' },
        detail: 'shop-backend-3 did not say within 0.4 s that it listens. It printed nothing.',
      },
    })
    expect(states()).toEqual(['1 up', '2 up'])
    expect(backends()).toHaveLength(2)
  })

  test('an engine that goes away before a backend is ready is told as gone, and nothing is left when it is back', async () => {
    await openWithTwo({ readyDeadlineMs: 4_000 })
    neverReady()
    const raised = expect(docker.host.raise(NEVER)).rejects.toMatchObject({ problem: { code: 'engine-gone' } })
    await until('the third is being started', () => callsSoFar(/start$/) > 0)
    await shows(['1 up', '2 up', '3 starting'])
    await docker.engine.die()
    await raised
    expect(states()).toEqual(['1 up', '2 up'])
    await docker.engine.listen()
    await until('no container is left over', () => backends().length === 2)
  })

  test('an engine that comes back in time has lost nothing: the backend comes up', async () => {
    await openWithTwo()
    neverReady()
    const raised = docker.host.raise(NEVER)
    const troubles: unknown[] = []
    docker.host.subscribe({ changed: () => undefined, trouble: (detail) => troubles.push(detail) })
    await shows(['1 up', '2 up', '3 starting'])
    await docker.engine.die()
    await until('the trouble is told', () => troubles.length > 0)
    for (const container of backends()) docker.engine.becomesReady(container)
    await docker.engine.listen()
    await raised
    expect(states()).toEqual(['1 up', '2 up', '3 up'])
  })

  test('closing in the middle of raises leaves nothing of them, and of the stops that wait none begins', async () => {
    await openWith(10)
    neverReady()
    const read = callsSoFar(/logs/)
    const raises = [docker.host.raise(NEVER), docker.host.raise(NEVER)]
    const raised = Promise.allSettled(raises)
    await until('both are starting', () => states().filter((state) => state.endsWith('starting')).length === 2)
    await until('the logs of both are read', () => callsSoFar(/logs/) >= read + 2)
    const goOn = Promise.withResolvers<void>()
    docker.engine.fate = async () => {
      if (docker.engine.calls.at(-1)?.endsWith('/stop')) await goOn.promise
      return 'obey'
    }
    const up = docker.host.backends().filter(({ state }) => state === 'up')
    const stops = Promise.allSettled(up.map(({ backend }) => docker.host.stop(backend)))
    await until('8 stops wait', () => callsSoFar(/stop$/) === 8)
    await docker.host.close()
    const closing = { status: 'rejected', reason: { problem: { code: 'not-reached' } } }
    expect(await raised).toMatchObject([closing, closing])
    expect(backends()).toHaveLength(10)
    goOn.resolve()
    expect((await stops).slice(8)).toMatchObject([closing, closing])
    expect(callsSoFar(/stop$/)).toBe(8)
  })

  test('a raise that is called off while it looks for a backend to copy ends at once', async () => {
    await openWithTwo()
    const off = new AbortController()
    const goOn = Promise.withResolvers<void>()
    const inspected = callsSoFar(/^GET .*[0-9a-f]{64}\/json$/)
    docker.engine.fate = async () => {
      await goOn.promise
      return 'obey'
    }
    const began = performance.now()
    const raised = docker.host.raise(off.signal)
    off.abort(new Error('changed my mind'))
    await expect(raised).rejects.toThrow('changed my mind')
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(callsSoFar(/^GET .*[0-9a-f]{64}\/json$/)).toBe(inspected)
    goOn.resolve()
  })

  test('a backend that is removed while it is about to be copied is passed over for another', async () => {
    await openWithTwo()
    // The look that follows the opening of the events inspects backends, too; the first ping of the watch comes after it.
    await until('events are followed', () => {
      const { calls } = docker.engine
      return calls.includes('GET /events') && calls.lastIndexOf('GET /_ping') > calls.indexOf('GET /events')
    })
    docker.engine.fate = async () => {
      const [first] = backends()
      const call = docker.engine.calls.at(-1) ?? ''
      if (first?.number === 1 && call === `GET /containers/${first.id}/json`) {
        docker.engine.containers.splice(docker.engine.containers.indexOf(first), 1)
      }
      return 'obey'
    }
    await docker.host.raise(NEVER)
    await shows(['2 up', '3 up'])
    // The gate says so, too.
    for (const words of docker.way.refused.splice(0)) expect(words).toMatch(/No such container$/)
  })
})
