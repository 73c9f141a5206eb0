import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '#lib/protocol/configuration.ts'
import { decodeRunFile, encodeRunFile, type RunFile } from '#lib/protocol/run-file.ts'
import { NO_ROUTE, ROUTE_AT, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import { burstOf, inTurn, TABLES } from '../client/recorded.ts'

const file = (changes: Partial<RunFile> = {}): RunFile => ({
  run: { ...burstOf(inTurn(3)), generations: [], backends: TABLES.backends, actions: [] },
  firstSeq: 7,
  samples: Uint32Array.from({ length: 3 * SAMPLE_WORDS }, (_, word) =>
    word % SAMPLE_WORDS === ROUTE_AT ? NO_ROUTE : 3_500_000_000 + word,
  ),
  routes: TABLES.routes,
  peers: TABLES.peers,
  details: [{ seq: 8, resent: true, attempts: [{ peer: 1, status: 502, us: null }] }],
  ...changes,
})

describe('a run as a file', () => {
  it('comes back whole, at any alignment', () => {
    const bytes = encodeRunFile(file())
    const moved = new Uint8Array(bytes.length + 3)
    moved.set(bytes, 3)
    expect(decodeRunFile(bytes)).toEqual(file())
    expect(decodeRunFile(moved.subarray(3))).toEqual(file())
  })

  it('without samples is a run all the same', () => {
    const empty = file({ samples: new Uint32Array(0), details: [] })
    expect(decodeRunFile(encodeRunFile(empty))).toEqual(empty)
  })

  it('that is foreign, of another version or damaged is refused with what to do', () => {
    const bytes = encodeRunFile(file())
    expect(() => decodeRunFile(new TextEncoder().encode('{"some":"json file"}'))).toThrow('not a run of Robinscope')
    expect(() => decodeRunFile(new Uint8Array(0))).toThrow('not a run of Robinscope')
    for (let length = 12; length < bytes.length; length += 7)
      expect(() => decodeRunFile(bytes.slice(0, length))).toThrow('damaged or cut short')
    const newer = bytes.slice()
    newer[6] = 9
    expect(() => decodeRunFile(newer)).toThrow('version 9')
  })

  const run = file().run
  const generation = { generation: 'h-1', configuration: { policy: DEFAULT_POLICY, servers: [] } }
  const action = { id: 1, at: run.startedAt, kind: 'down', label: 'killed 2', backend: null, number: 2, burst: null }

  it('with all that may happen in it is read', () => {
    const full = {
      ...run,
      status: 'failed',
      finishedAt: run.startedAt,
      generations: [generation],
      actions: [action],
      failovers: [{ backend: 'a3f9c1d27e04', noticedUs: 12.5, others: [1, 2] }],
      fairness: { spread: 0.5, jain: 1 },
    }
    const read = decodeRunFile(encodeRunFile(file({ run: full as RunFile['run'] })))
    expect(read.run).toEqual(full)
  })

  it.each<[string, object]>([
    ['has no run', { run: null }],
    ['has no verdict', { run: { ...run, verdict: null } }],
    ['has an id that no frame can carry', { run: { ...run, id: 'x' } }],
    ['has a status that nobody knows', { run: { ...run, status: 'lost' } }],
    ['has a count that is none', { run: { ...run, answered: 1.5 } }],
    ['begins at no time', { run: { ...run, startedAt: 'yesterday' } }],
    ['has no stretches', { run: { ...run, stretches: null } }],
    ['has an event at no time', { run: { ...run, actions: [{ ...action, at: '' }] } }],
    ['has an event of no kind', { run: { ...run, actions: [{ ...action, kind: 'fire' }] } }],
    ['has an unknown policy', { run: { ...run, generations: [{ ...generation, configuration: { servers: [] } }] } }],
    ['has backends without a number', { run: { ...run, backends: [{ ...run.backends[0], number: null }] } }],
    ['begins where counting ends', { firstSeq: 2 ** 53 }],
    ['begins before its first sample', { firstSeq: -1 }],
    ['has half a sample', { samples: new Uint32Array(SAMPLE_WORDS / 2) }],
    ['has a route without a place', { routes: [{ backend: 'a3f9c1d27e04', generation: null }] }],
    [
      'names a backend as every object names its own',
      { routes: [{ index: 0, backend: '__proto__', generation: null }] },
    ],
    ['has a peer without an address', { peers: [{ index: 0, backend: null }] }],
  ])('that %s is refused, not shown', (_name, changes) => {
    expect(() => decodeRunFile(encodeRunFile(file(changes)))).toThrow('damaged or cut short')
  })
})
