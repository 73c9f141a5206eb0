import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HostedBackend } from '#lib/cluster/backend-host.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { type ComposeProject, composeProject } from '../compose-project.ts'
import { dockerAnswers } from '../docker.ts'
import { until } from '../until.ts'
import { openParts, type Parts } from './docker-parts.ts'

const NEVER = new AbortController().signal

describe.runIf(await dockerAnswers())('backends of a Compose project', () => {
  let compose: ComposeProject
  let parts: Parts
  beforeAll(async () => {
    compose = await composeProject()
    parts = await openParts(compose.name)
  })
  afterAll(async () => {
    await parts?.close()
    await compose?.down()
  })

  const states = () => parts.host.backends().map(({ number, state }) => `${number} ${state}`)
  const shows = (wanted: string[], limitMs?: number) =>
    until(`backends are ${wanted.join(', ')}`, () => states().join() === wanted.join(), limitMs)
  const ids = async () => (await compose.compose('ps', '-aq', 'backend')).trim().split('\n').sort()
  const nameOf = (number: number) => `${compose.name}-backend-${number}`
  /** Raises so many side by side. */
  const raise = async (count: number): Promise<void> => {
    await Promise.all(Array.from({ length: count }, () => parts.host.raise(NEVER)))
  }
  const scaleTo = async (replicas: number): Promise<void> => {
    const backends = parts.host.backends()
    await raise(Math.max(0, replicas - backends.length))
    await Promise.all(backends.slice(replicas).map(({ backend }) => parts.host.stop(backend)))
  }

  test('that ran before are known to be ready from their own word', () => {
    expect(states()).toEqual(['1 up', '2 up'])
    for (const { backend, address } of parts.host.backends()) {
      expect(backend).toMatch(/^[0-9a-f]{12}$/)
      expect(address).toMatch(/^172\.[0-9.]+:8000$|^10\.[0-9.]+:8000$|^192\.168\.[0-9.]+:8000$/)
    }
  })

  test('raised from 2 to 5 are replicas that Compose takes for its own', async () => {
    await raise(3)
    expect(states()).toEqual(['1 up', '2 up', '3 up', '4 up', '5 up'])
    const before = await ids()
    expect(before).toHaveLength(5)
    const names = (await compose.compose('ps', '--format', '{{.Name}}', 'backend')).trim().split('\n').sort()
    expect(names).toEqual([1, 2, 3, 4, 5].map(nameOf))
    await compose.compose('up', '-d', '--no-build', '--scale', 'backend=5', 'front-door', 'backend')
    expect(await ids()).toEqual(before)
  })

  test('answer through the front door by the name that they are known by', async () => {
    const generation = await parts.list()
    const answered = new Set<string>()
    for (let request = 0; request < 10; request += 1) {
      const answer = await fetch(parts.door.url, { headers: { connection: 'close' } })
      expect(answer.headers.get('x-front-door-generation')).toBe(generation)
      expect(parts.host.backendAt(answer.headers.get('x-upstream-addr') ?? '')).toBe(answer.headers.get('x-backend'))
      answered.add((await answer.text()).trim())
    }
    expect([...answered].sort()).toEqual(
      parts.host
        .backends()
        .map(({ backend }) => backend)
        .sort(),
    )
  })

  test('stopped are gone, and the others stay', async () => {
    await scaleTo(2)
    expect(states()).toEqual(['1 up', '2 up'])
    expect(await ids()).toHaveLength(2)
  })

  test('can be none: the lowest number stays behind, stopped and out of sight, and is started again first', async () => {
    const [first] = parts.host.backends() as [HostedBackend]
    await scaleTo(0)
    expect(states()).toEqual([])
    expect(await ids()).toHaveLength(1)
    await raise(2)
    expect(parts.host.backends()).toMatchObject([
      { backend: first.backend, number: 1, state: 'up' },
      { number: 2, state: 'up' },
    ])
  })

  test('that a dashboard left scaled to 0 are none for the next one, too', async () => {
    await scaleTo(0)
    const next = await openParts(compose.name)
    try {
      expect(next.host.backends()).toEqual([])
      await next.host.raise(NEVER)
      expect(next.host.backends()).toMatchObject([{ number: 1, state: 'up' }])
    } finally {
      await next.close()
    }
    await shows(['1 up'])
    await scaleTo(2)
  })

  test('made by plain Compose are seen coming: starting, then up', async () => {
    const seen = new Set<string>()
    const stop = parts.host.subscribe({ changed: () => seen.add(states().at(-1) ?? ''), trouble: () => undefined })
    await compose.compose('up', '-d', '--no-build', '--scale', 'backend=3', 'front-door', 'backend')
    await shows(['1 up', '2 up', '3 up'], 30_000)
    stop()
    expect([...seen]).toEqual(['3 starting', '3 up'])
  })

  test('paused, thawed, stopped, started, killed and removed from outside are seen', async () => {
    await compose.docker('pause', nameOf(3))
    await shows(['1 up', '2 up', '3 paused'], 30_000)
    await compose.docker('unpause', nameOf(3))
    await shows(['1 up', '2 up', '3 up'], 30_000)
    await compose.docker('stop', nameOf(3))
    await shows(['1 up', '2 up', '3 down'], 30_000)
    expect(parts.host.backends()[2]?.address).toMatch(/:8000$/)
    await compose.docker('start', nameOf(3))
    await shows(['1 up', '2 up', '3 up'], 30_000)
    await compose.docker('kill', nameOf(3))
    await shows(['1 up', '2 up', '3 down'], 30_000)
    await compose.docker('rm', '-f', nameOf(3))
    await shows(['1 up', '2 up'], 30_000)
  })

  test('restarted from outside go down and come back ready', async () => {
    const seen = new Set<string>()
    const stop = parts.host.subscribe({ changed: () => seen.add(states().at(-1) ?? ''), trouble: () => undefined })
    await compose.docker('restart', nameOf(2))
    await shows(['1 up', '2 up'])
    await until('the way there was seen', () => seen.has('2 down') && seen.has('2 up'))
    stop()
  })

  test('that change their address are followed', async () => {
    const network = `${compose.name}_backends`
    const before = parts.host.backends()[1]?.address
    await compose.docker('network', 'disconnect', network, nameOf(2))
    const { id } = JSON.parse(await compose.docker('inspect', '-f', '{"id":"{{.Id}}"}', nameOf(2))) as { id: string }
    await compose.docker(
      'run',
      '-d',
      '--name',
      `${compose.name}-squatter`,
      '--network',
      network,
      'node:24-slim',
      'sleep',
      '600',
    )
    await compose.docker('network', 'connect', '--alias', 'backend', '--alias', nameOf(2), network, nameOf(2))
    try {
      const moved = await until('the new address is known', () => {
        const now = parts.host.backends()[1]
        return now?.backend === id.slice(0, 12) && now.address !== null && now.address !== before ? now : null
      })
      expect(parts.host.backendAt(moved.address ?? '')).toBe(moved.backend)
    } finally {
      await compose.docker('rm', '-f', `${compose.name}-squatter`)
    }
  })

  test('are stopped all the same when they are paused', async () => {
    await scaleTo(3)
    await compose.docker('pause', nameOf(3))
    await shows(['1 up', '2 up', '3 paused'])
    await scaleTo(2)
    expect(await ids()).toHaveLength(2)
  })

  test('are not there any more once the call that makes them is told to stop: no leftovers', async () => {
    const before = await ids()
    const stopping = new AbortController()
    const raises = Array.from({ length: 4 }, () => parts.host.raise(stopping.signal))
    const raising = Promise.allSettled(raises)
    await until('something is being made', () => parts.host.backends().length > 2)
    stopping.abort(new Error('changed my mind'))
    expect((await raising).map((one) => one.status === 'rejected' && String(one.reason))).toEqual(
      raises.map(() => 'Error: changed my mind'),
    )
    expect(await ids()).toEqual(before)
    expect(states()).toEqual(['1 up', '2 up'])
  })

  test('a number that somebody else took meanwhile is passed over', async () => {
    await compose.docker('create', '--name', nameOf(3), 'node:24-slim')
    try {
      await raise(1)
      expect(states()).toEqual(['1 up', '2 up', '4 up'])
    } finally {
      await compose.docker('rm', '-f', nameOf(3))
      await scaleTo(2)
    }
  })

  test('down leaves nothing, and nothing is left to copy', async () => {
    await scaleTo(4)
    await compose.down()
    await shows([], 30_000)
    const left = await compose.docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${compose.name}`)
    expect(left.trim()).toBe('')
    const error = await parts.host.raise(NEVER).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ProblemError)
    expect(error).toMatchObject({ problem: { code: 'not-reached', stage: 'create' } })
  })
})
