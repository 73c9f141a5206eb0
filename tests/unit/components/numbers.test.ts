import { describe, expect, test } from 'vitest'
import { backendWith, createNumberReader, nameOf } from '#components/backends/numbers.ts'
import type { Backend, ClusterSnapshot } from '#lib/protocol/model.ts'
import { UNKNOWN_BACKEND } from '#lib/protocol/model.ts'
import type { RunBackend } from '#lib/protocol/run.ts'

const [FIRST, SECOND, THIRD] = ['a3f9c1d27e04', '7be04d9910ac', 'c0de11b7f352'] as const

describe('numbers of backends', () => {
  const snapshot = (...backends: [string, number][]) =>
    ({
      cluster: { backends: backends.map(([backend, number]) => ({ backend, number }) as Backend) } as ClusterSnapshot,
      shown: { backends: new Map() as ReadonlyMap<string, RunBackend> },
    }) satisfies Parameters<ReturnType<typeof createNumberReader>>[0]
  test('are the same map until one is new', () => {
    const read = createNumberReader()
    const before = read(snapshot([FIRST, 1]))
    expect(read(snapshot([FIRST, 1]))).toBe(before)
    expect(read(snapshot([FIRST, 1], [SECOND, 2]))).not.toBe(before)
  })
  test('are those of the run that is shown, whoever is in the cluster now', () => {
    const of = (backend: string, number: number): [string, RunBackend] => [
      backend,
      { backend, number, name: backend, address: null, node: null },
    ]
    const numbers = createNumberReader()({
      ...snapshot([FIRST, 1], [THIRD, 2]),
      shown: { backends: new Map([of(SECOND, 2), of(FIRST, 4)]) },
    })
    expect([FIRST, SECOND, THIRD].map((backend) => nameOf(backend, numbers))).toEqual(['4 a3f9', '2 7be0', '2 c0de'])
  })
  test('mean a backend of the run that is shown, and one of the cluster only while that is live', () => {
    const { cluster } = snapshot([FIRST, 1], [THIRD, 2], [SECOND, 3])
    const own: RunBackend = { backend: SECOND, number: 2, name: SECOND, address: null, node: null }
    const backends = new Map([[SECOND, own]])
    const found = (number: number, source: 'live' | 'server') =>
      backendWith(number, { cluster, shown: { source, backends } })
    expect([found(1, 'live'), found(2, 'live'), found(9, 'live')]).toEqual([FIRST, THIRD, null])
    expect([found(1, 'server'), found(2, 'server')]).toEqual([null, SECOND])
  })
  test('one that was never seen is shown by its digits', () => {
    expect(nameOf(THIRD, new Map())).toBe('? c0de')
    expect(nameOf(THIRD, new Map(), 'whole')).toBe(`? ${THIRD}`)
    expect(nameOf(UNKNOWN_BACKEND, new Map())).toBe('unknown')
  })
})
