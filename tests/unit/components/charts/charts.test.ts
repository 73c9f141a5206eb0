import { describe, expect, test } from 'vitest'
import { chartWindow, marksIn, timeLabels, timeSplits } from '#components/charts/chart-window.ts'
import { latencyLines, latencySummary } from '#components/charts/latency-lines.ts'
import { rateSummary, roundUp, stackRates, thinnestOf } from '#components/charts/rate-stack.ts'
import { RateSeries } from '#lib/client/rate-series.ts'
import { type Action, UNKNOWN_BACKEND } from '#lib/protocol/model.ts'

const [FIRST, SECOND, THIRD] = ['a3f9c1d27e04', '7be04d9910ac', 'c0de11b7f352'] as const
const NUMBERS = new Map<string, number>([
  [FIRST, 1],
  [SECOND, 2],
  [THIRD, 3],
])
const START_MS = 1_767_225_600_000
const WINDOW = { from: 100, to: 105, running: true }

const seriesOf = (counts: [second: number, backend: string | null, times: number][]): RateSeries => {
  const rates = new RateSeries()
  for (const [second, backend, times] of counts)
    for (let time = 0; time < times; time++) rates.add(backend, second * 1_000 + time, 1_000 + time)
  return rates
}
const stackOf = (rates: RateSeries) => stackRates(rates.buckets, rates.backends, NUMBERS, WINDOW)

describe('the window of the charts', () => {
  test('ends now while a burst runs, and spans back to its start in calm steps', () => {
    expect(chartWindow({ nowSecond: 10, newestSecond: 8, ranSeconds: 10 })).toEqual({ from: -5, to: 10, running: true })
    expect(chartWindow({ nowSecond: 16, newestSecond: 8, ranSeconds: 16 })).toMatchObject({ from: -14, to: 16 })
    expect(chartWindow({ nowSecond: 9_000, newestSecond: 8, ranSeconds: 9_000 })).toMatchObject({ from: 8_400 })
  })
  test('ends with what there is when nothing runs, and is none before anything was', () => {
    const ended = (newestSecond: number | null, ranSeconds: number) =>
      chartWindow({ nowSecond: null, newestSecond, ranSeconds })
    expect(ended(8, 8.7)).toMatchObject({ to: 9, running: false })
    expect(ended(8, 8.002), 'a few answers in a second that hardly was').toMatchObject({ to: 8 })
    expect(ended(0, 0.05)).toMatchObject({ to: 1 })
    expect(ended(null, 0)).toBeNull()
  })
  test('says the unit once and names the right edge', () => {
    expect(timeSplits(15)).toEqual([-15, -12, -9, -6, -3, 0])
    expect(timeSplits(60)).toEqual([-60, -45, -30, -15, 0])
    expect(timeLabels([-6, -3, 0], true)).toEqual(['-6 s', '-3', 'now'])
    expect(timeLabels([-6, -3, 0], false)).toEqual(['-6 s', '-3', 'end'])
  })
  test.each([15, 30, 60, 120, 300, 600])('%i s get five or six labels, the edges among them', (span) => {
    const splits = timeSplits(span)
    expect(splits.length).toBeGreaterThanOrEqual(5)
    expect(splits.length).toBeLessThanOrEqual(6)
    expect([splits[0], splits.at(-1)]).toEqual([-span, 0])
  })
  test('every action of the run within it is marked at its time on the clock of the run', () => {
    const action = (id: number, at: number, burst: string | null = 'b7'): Action => ({
      ...{ id, at: new Date(START_MS + at * 1_000).toISOString(), kind: 'down', label: `down ${id}` },
      ...{ backend: null, number: null, burst: burst === null ? null : { id: burst, sinceUs: at * 1_000_000 } },
    })
    const actions = [action(1, 99), action(2, 102.5), action(3, 106), action(4, 103, 'b6'), action(5, 103, null)]
    expect(marksIn(actions, 'b7', WINDOW)).toEqual([{ id: 2, at: -2.5, kind: 'down', label: 'down 2' }])
  })
})

describe('requests a second, stacked', () => {
  test('each layer stands on the one of the lower number, whoever answered first', () => {
    const stack = stackOf(
      seriesOf([
        ...[101, 102].flatMap(
          (at) =>
            [
              [at, SECOND, 2],
              [at, FIRST, 3],
            ] as [number, string, number][],
        ),
      ]),
    )
    expect(stack.layers.map((layer) => layer.backend)).toEqual([FIRST, SECOND])
    expect(stack.layers[1]?.top.slice(1, 3)).toEqual([5, 5])
    expect(stack.peak).toBe(5)
  })
  test('a backend has no area before its first answer, and its last second is drawn to its end', () => {
    const stack = stackOf(
      seriesOf([
        [100, FIRST, 2],
        [101, SECOND, 1],
        [104, FIRST, 1],
      ]),
    )
    expect(stack.layers.map(({ own }) => own)).toEqual([
      [2, 0, 0, 0, 1],
      [null, 1, 0, null, null],
    ])
    expect(stack.layers[1]?.top).toEqual([null, 1, 0, null, null, null])
  })
  test('what did not reach this browser stands on what did: no second looks emptier than it was', () => {
    const rates = seriesOf([
      [100, FIRST, 20],
      [101, FIRST, 5],
      [103, FIRST, 20],
    ])
    rates.miss(15, 101_000, 102_000)
    rates.miss(20, 102_000, 103_000)
    const stack = stackOf(rates)
    expect(stack.layers.at(-1)).toMatchObject({ kind: 'missed', own: [0, 15, 20, 0, 0] })
    expect(stack.layers.at(-1)?.top.slice(0, 4)).toEqual([20, 20, 20, 20])
    expect(rateSummary(stack, [], NUMBERS)).toContain('did not all reach this browser')
    expect(latencyLines(rates.buckets, WINDOW).missed).toEqual([-4, -3])
  })
  test('an answer of an unknown backend is an area of its own, and none of nobody', () => {
    const stack = stackOf(
      seriesOf([
        [104, UNKNOWN_BACKEND, 2],
        [104, FIRST, 3],
      ]),
    )
    expect(stack.layers.map(({ kind, backend }) => [kind, backend])).toEqual([
      ['backend', FIRST],
      ['backend', UNKNOWN_BACKEND],
    ])
    expect(rateSummary(stack, [], NUMBERS)).toMatch(/1 a3f9: 3, unknown: 2\./)
  })
  test('what nobody answered lies on top, and only when there is some', () => {
    expect(stackOf(seriesOf([[100, FIRST, 1]])).layers).toHaveLength(1)
    const stack = stackOf(
      seriesOf([
        [100, FIRST, 1],
        [100, null, 2],
      ]),
    )
    expect(stack.layers.at(-1)).toMatchObject({ backend: null })
    expect(stack.peak).toBe(3)
  })
  test('its thinnest band tells whether there is room to part them', () => {
    const stack = stackOf(
      seriesOf([
        [100, FIRST, 9],
        [101, FIRST, 40],
        [101, SECOND, 3],
        [102, SECOND, 5],
      ]),
    )
    expect(thinnestOf(stack)).toBe(5)
  })
  test('the last value holds to the right edge', () => {
    const stack = stackOf(seriesOf([[104, FIRST, 4]]))
    expect(stack.at).toEqual([-5, -4, -3, -2, -1, 0])
    expect(stack.layers[0]?.top.slice(-2)).toEqual([4, 4])
  })
  test.each([
    [0, 1],
    [1, 1],
    [7, 8],
    [9, 10],
    [11, 12],
    [10_016, 12_000],
    [21, 24],
    [43, 50],
    [0.3, 0.3],
    [1.7, 2],
  ])('an axis up to %d ends at %d', (peak, top) => expect(roundUp(peak)).toBeCloseTo(top, 9))
})

describe('latency', () => {
  test('p95 is drawn from 20 and p99 from 100 samples a second on', () => {
    const lines = (times: number) => latencyLines(seriesOf([[102, FIRST, times]]).buckets, WINDOW).lines
    const there = (times: number) => lines(times).flatMap(({ name, ms }) => (ms[2] === null ? [] : [name]))
    expect(there(19)).toEqual(['p50'])
    expect(there(20)).toEqual(['p50', 'p95'])
    expect(there(100)).toEqual(['p50', 'p95', 'p99'])
  })
  test('stands beside what it is from when requests were due, as soon as some wait', () => {
    const rates = new RateSeries()
    for (let time = 0; time < 100; time++) rates.add(FIRST, 102_000 + time, 1_000, time < 50 ? 0 : 160_000)
    const { lines, peakMs } = latencyLines(rates.buckets, WINDOW)
    expect(lines.map(({ name }) => name)).toEqual(['p50', 'p95', 'p99', 'p50 due', 'p99 due'])
    expect(lines.map(({ ms }) => Math.round(ms[2] ?? 0))).toEqual([1, 1, 1, 1, 161])
    expect(Math.round(peakMs)).toBe(161)
    expect(latencySummary({ lines, peakMs, missed: [] }, [])).toMatch(
      /p99 1\.0 ms, p50 from due 1\.0 ms, p99 from due 161 ms/,
    )
  })
  test('a second without samples is a gap', () => {
    expect(latencyLines(seriesOf([[101, FIRST, 1]]).buckets, WINDOW).lines[0]?.ms[0]).toBeNull()
  })
})

describe('the charts in words', () => {
  const mark = [{ at: -3, until: -3, label: 'killed 2', count: 1 }]
  test('rates name every backend of the last second, the highest second, and the marks', () => {
    const stack = stackOf(
      seriesOf([
        [103, FIRST, 9],
        [104, FIRST, 4],
        [104, SECOND, 3],
        [104, null, 1],
      ]),
    )
    expect(rateSummary(stack, mark, NUMBERS)).toBe(
      'Last second, answered by 1 a3f9: 4, 2 7be0: 3, nobody: 1. Highest: 9 a second. Marked: killed 2, 3 s before the end.',
    )
  })
  test('latencies say what there are too few samples for', () => {
    expect(latencySummary(latencyLines(seriesOf([[104, FIRST, 1]]).buckets, WINDOW), [])).toMatch(
      /^Newest: p50 1\.0 ms, p95 not enough samples in a second, p99 not enough/,
    )
  })
})
