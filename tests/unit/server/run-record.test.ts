import { describe, expect, it } from 'vitest'
import type { Cluster, ClusterListener } from '#lib/cluster/cluster.ts'
import { type Configuration, DEFAULT_POLICY } from '#lib/protocol/configuration.ts'
import type { Action, Backend, ClusterSnapshot } from '#lib/protocol/model.ts'
import { NO_TOTALS } from '#lib/protocol/model.ts'
import { burstRequestSchema } from '#lib/protocol/schemas.ts'
import { BurstRegistry } from '#lib/server/burst-registry.ts'
import type { BurstEnd, BurstListener, BurstTick, Engine, RunningBurst } from '#lib/traffic/burst.ts'

const REQUEST = burstRequestSchema.parse({ requests: 10 })
const MEASURE = { elapsedUs: 1_000, byStatus: {}, byBackend: [], lateStarts: 0, dueStarts: 0 }
const NOTHING: Omit<BurstTick, 'routes'> = {
  ...{ fromSeq: 0, toSeq: 0, elapsedUs: 0, totals: NO_TOTALS, peers: [], details: [] },
}

/** A registry over an engine that does what the test says, and a cluster of the backends that it names. */
function stage() {
  const state = {
    ended: null as BurstEnd | null,
    firstSeq: 0,
    backends: [] as { backend: string; number: number; address: string | null; status?: Backend['status'] }[],
    configurations: new Map<string, Configuration>(),
    listener: {} as BurstListener,
    watchers: new Set<ClusterListener>(),
  }
  const running: Partial<RunningBurst> = {
    startedAt: () => Date.now(),
    ended: () => state.ended,
    cancel: async () => end('cancelled'),
    totals: () => NO_TOTALS,
    measure: () => ({ ...MEASURE, totals: NO_TOTALS, latencyMs: { fromSent: null, fromIntended: null } }),
    firstSeq: () => state.firstSeq,
    nextSeq: () => state.firstSeq,
    samples: () => new Uint32Array(0),
    details: () => [],
    routes: () => [],
    peers: () => [],
  }
  const end = (status: BurstEnd['status'] = 'finished'): BurstEnd => {
    state.ended = { status, failure: null }
    state.listener.onEnd?.(state.ended)
    return state.ended
  }
  const engine = {
    start: (_plan, listener = {}) => {
      Object.assign(state, { listener, ended: null })
      return running as RunningBurst
    },
  } as Partial<Engine> as Engine
  const snapshot = () => ({ backends: state.backends as Partial<Backend>[] }) as ClusterSnapshot
  const cluster = {
    snapshot,
    target: () => ({ host: '127.0.0.1', port: 1 }),
    configurationOf: (generation: string) => state.configurations.get(generation) ?? null,
    subscribe: (watcher: ClusterListener) => {
      state.watchers.add(watcher)
      return () => state.watchers.delete(watcher)
    },
  } as Partial<Cluster> as Cluster
  const changed = () => {
    for (const watcher of state.watchers) watcher.changed?.(snapshot())
  }
  const told = (generation: string) =>
    state.listener.onTick?.({ ...NOTHING, routes: [{ index: 0, backend: 'a', generation }] })
  return { state, registry: new BurstRegistry({ engine, cluster }), end, changed, told }
}

const configured = (...backends: string[]): Configuration => ({
  policy: DEFAULT_POLICY,
  servers: backends.map((backend) => ({
    ...{ backend, address: '10.0.0.1:80', state: 'in' as const, weight: 1, maxConns: 0, backup: false },
  })),
})

describe('waiting for the end of a run', () => {
  it('leaves nothing behind: not when only looking, not when giving up, not at the end', async () => {
    const { registry, end } = stage()
    const { id } = registry.start(REQUEST)
    const run = registry.run(id)
    for (let look = 0; look < 1_000; look++) await registry.wait(id, 0)
    expect(run.waiting()).toBe(0)
    const soon = registry.wait(id, 1)
    expect(run.waiting()).toBe(1)
    expect((await soon).status).toBe('running')
    expect(run.waiting()).toBe(0)
    const long = registry.wait(id, 600_000)
    end()
    expect((await long).status).toBe('finished')
    expect(run.waiting()).toBe(0)
  })

  it('ends also where somebody who hears of the end throws, and the others hear of it', async () => {
    const { registry, end } = stage()
    const heard: string[] = []
    registry.subscribe({
      finished: () => {
        throw new Error('a listener broke')
      },
    })
    registry.subscribe({ finished: ({ status }) => heard.push(status) })
    const { id } = registry.start(REQUEST)
    const long = registry.wait(id, 600_000)
    expect(() => end()).toThrow('a listener broke')
    expect((await long).status).toBe('finished')
    expect(heard).toEqual(['finished'])
  })
})

describe('what a run has met', () => {
  it('says of a backend that it was down when the run began, not of one that fell later', () => {
    const { state, registry, changed } = stage()
    const backendAt = (number: number, status: Backend['status'], address = '10.0.0.1:80') => ({
      ...{ backend: `b${number}`, number, address, status },
    })
    state.backends = [backendAt(1, 'up'), backendAt(2, 'down')]
    const { id } = registry.start(REQUEST)
    state.backends = [backendAt(1, 'down', '10.0.0.9:80'), backendAt(2, 'up', '10.0.0.9:80'), backendAt(3, 'down')]
    changed()
    const { backends } = registry.run(id).whole()
    expect(backends.filter(({ wasDown }) => wasDown).map(({ number }) => number)).toEqual([2])
  })

  it('stays as it was, whatever the cluster forgets', () => {
    const { registry, state, changed, told, end } = stage()
    state.backends = [{ backend: 'a', number: 1, address: null }]
    const { id } = registry.start(REQUEST)
    state.backends = [
      { backend: 'a', number: 1, address: '10.0.0.1:80' },
      { backend: 'b', number: 2, address: '10.0.0.2:80' },
    ]
    changed()
    state.configurations.set('g-1', configured('a', 'b'))
    told('g-1')
    told('g-unknown')
    state.configurations.clear()
    state.backends = [{ backend: 'a', number: 1, address: null }]
    changed()
    end()
    state.backends = [{ backend: 'c', number: 3, address: '10.0.0.3:80' }]
    changed()
    const run = registry.run(id).whole()
    expect(run.backends).toEqual([
      { backend: 'a', number: 1, name: 'a', address: '10.0.0.1:80', node: null },
      { backend: 'b', number: 2, name: 'b', address: '10.0.0.2:80', node: null },
    ])
    expect(run.generations).toEqual([{ generation: 'g-1', configuration: configured('a', 'b') }])
    expect(state.watchers.size).toBe(0)
  })

  it('is told to a browser once, and a changed backend again', () => {
    const { registry, state, changed, told } = stage()
    state.backends = [{ backend: 'a', number: 1, address: null }]
    registry.start(REQUEST)
    const watched = registry.watched()
    expect(watched?.tables({ routes: 0, peers: 0, generations: 0, backends: 0 }).backends).toMatchObject([
      { backend: 'a', address: null },
    ])
    state.backends = [{ backend: 'a', number: 1, address: '10.0.0.1:80' }]
    changed()
    changed()
    state.configurations.set('g-1', configured('a'))
    told('g-1')
    const { backends, generations } = watched?.tables({ routes: 0, peers: 0, generations: 0, backends: 1 }) ?? {}
    expect(backends).toMatchObject([{ backend: 'a', address: '10.0.0.1:80' }])
    expect(generations).toHaveLength(1)
    expect(watched?.tables({ routes: 0, peers: 0, generations: 1, backends: 2 })).toMatchObject({
      backends: [],
      generations: [],
    })
  })

  it('has the actions of its own time', () => {
    const { registry, end } = stage()
    const happened = (id: number): Action => ({
      ...{ id, at: '', kind: 'joined', label: 'backend 2 joined', backend: 'b', number: 2 },
      burst: registry.runningSince(),
    })
    registry.note(happened(1))
    const { id } = registry.start(REQUEST)
    registry.note(happened(2))
    end()
    registry.note(happened(3))
    expect(registry.run(id).whole().actions).toMatchObject([{ id: 2, number: 2, burst: { id } }])
    expect(registry.run(id).whole().actions[0]?.burst?.sinceUs).toBeGreaterThanOrEqual(0)
  })
})
