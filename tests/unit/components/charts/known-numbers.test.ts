import { describe, expect, test } from 'vitest'
import { createNumberReader, nameOf } from '#components/charts/known-numbers.ts'
import type { Action, Backend, ClusterSnapshot } from '#lib/protocol/model.ts'

const [FIRST, SECOND, THIRD] = ['a3f9c1d27e04', '7be04d9910ac', 'c0de11b7f352'] as const

describe('numbers of backends', () => {
  const snapshot = (...backends: [string, number][]) =>
    ({
      cluster: { backends: backends.map(([backend, number]) => ({ backend, number }) as Backend) } as ClusterSnapshot,
      shown: { actions: [] as Action[] },
    }) satisfies Parameters<ReturnType<typeof createNumberReader>>[0]
  test('stay known when the backend is gone', () => {
    const read = createNumberReader()
    read(snapshot([FIRST, 1], [SECOND, 2]))
    expect(nameOf(SECOND, read(snapshot([FIRST, 1])))).toBe('2 7be0')
  })
  test('are the same map until one is new', () => {
    const read = createNumberReader()
    const before = read(snapshot([FIRST, 1]))
    expect(read(snapshot([FIRST, 1]))).toBe(before)
    expect(read(snapshot([FIRST, 1], [SECOND, 2]))).not.toBe(before)
  })
  test('of one that left before this page was opened come from what happened', () => {
    const left = { id: 1, at: '', kind: 'left', label: '2 left', backend: SECOND, burst: null } satisfies Action
    const read = createNumberReader()
    expect(nameOf(SECOND, read({ ...snapshot([FIRST, 1]), shown: { actions: [left] } }))).toBe('2 7be0')
  })
  test('one that was never seen is shown by its digits', () => {
    expect(nameOf(THIRD, new Map())).toBe('? c0de')
  })
})
