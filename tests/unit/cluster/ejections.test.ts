import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Ejections } from '#lib/cluster/ejections.ts'

const [FIRST, SECOND] = ['a3f9c1d27e04', '7be04d9910ac'] as const

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
afterEach(() => void vi.useRealTimers())

/** What was told of the first backend, milliseconds from now to its end. */
function watched() {
  const told: (number | null)[] = []
  const ends: (string | null)[] = []
  const ejections: Ejections = new Ejections(() => {
    const until = ejections.until(FIRST)
    ends.push(until)
    told.push(until === null ? null : Date.parse(until) - Date.now())
  })
  return { ejections, told, ends }
}

test('an ejection that is prolonged is told, and ends when the last failure says', () => {
  const { ejections, told } = watched()
  ejections.failed(FIRST, 2_000)
  vi.advanceTimersByTime(1_500)
  ejections.failed(FIRST, 2_000)
  expect(told).toEqual([2_000, 2_000])
  vi.advanceTimersByTime(1_999)
  expect(ejections.until(FIRST)).not.toBeNull()
  vi.advanceTimersByTime(1)
  expect(told.at(-1)).toBeNull()
})

test('an outage is told four times a second at most, its last failure among them', () => {
  const { ejections, told, ends } = watched()
  for (let failure = 0; failure < 10_000; failure++) {
    ejections.failed(FIRST, 2_000)
    if (failure % 10 === 9) vi.advanceTimersByTime(1)
  }
  vi.advanceTimersByTime(250)
  expect(told.length).toBeLessThanOrEqual(6)
  // The end that was told last is the end that holds.
  expect(ends.at(-1)).toBe(ejections.until(FIRST))
})

test('a new generation begins with none', () => {
  const { ejections } = watched()
  ejections.failed(FIRST, 2_000)
  ejections.failed(SECOND, 2_000)
  ejections.clear()
  expect([FIRST, SECOND].map((backend) => ejections.until(backend))).toEqual([null, null])
  expect(vi.getTimerCount()).toBe(0)
})
