import { describe, expect, test } from 'vitest'
import { mergeMarks } from '#components/canvas/merge-marks.ts'

describe('marks that stand close together', () => {
  const joined = (...at: number[]) => at.map((one) => ({ at: one, kind: 'joined' as const, label: `${one} joined` }))
  test('are one, that says how many of what', () => {
    expect(mergeMarks(joined(1, 2, 3, 9), 2)).toEqual([
      { at: 1, until: 3, label: '3 backends joined', count: 3 },
      { at: 9, until: 9, label: '9 joined', count: 1 },
    ])
  })
  test('are told apart by their kind, and those that name a change stay alone', () => {
    const scaled = [1, 2].map((at) => ({ at, kind: 'scaled' as const, label: `${at} → ${at + 1}` }))
    const left = { at: 2, kind: 'left' as const, label: '4 left' }
    const groups = mergeMarks([...scaled, ...joined(2), left, ...joined(3)], 5)
    expect(groups.map(({ label }) => label)).toEqual(['1 → 2', '2 → 3', '2 backends joined', '4 left'])
  })
})
