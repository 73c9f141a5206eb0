import { describe, expect, it } from 'vitest'
import { decodeFrame } from '#lib/protocol/frame.ts'
import { UNKNOWN_BACKEND } from '#lib/protocol/model.ts'
import { burstOf, frameOf, inTurn, mixed, openView } from './recorded.ts'

/** A request more or less may stand at either end of the second. */
const isAbout20 = (rate: number): boolean => Math.abs(rate - 20) <= 1

describe('the rates of a run', () => {
  it('shows the rate of the last second, and lets it go down when nothing comes', () => {
    const page = openView()
    page.hear(burstOf([]))
    const samples = inTurn(40, 2, 50_000)
    for (let at = 0; at < 40; at++) {
      page.wait(at === 0 ? 0 : 50)
      page.frame(samples, at, at + 1)
    }
    expect(page.live().rps).toSatisfy(isAbout20)
    page.wait(2_000)
    expect(page.live().rps).toBe(0)
  })

  it('shows the true rate at once when it was opened in mid-run, and when it comes back', () => {
    const samples = inTurn(4_000, 2, 50_000)
    const late = openView()
    late.hear(burstOf(samples.slice(0, 3_000)))
    late.frame(samples, 2_900, 3_000)
    expect(late.live().rps, 'opened after 150 s').toSatisfy(isAbout20)
    late.wait(5_000)
    late.frame(samples, 3_000, 3_100)
    expect(late.live().rps, 'with all that it missed').toSatisfy(isAbout20)
    late.wait(10_000)
    late.frame(samples, 3_300, 3_301)
    expect(late.live().rps, 'with the newest only').toSatisfy(isAbout20)
  })

  it('shows what ends in a total outage, too', () => {
    const samples = inTurn(200, 2, 10_000).map((sample) => ({ ...sample, by: null }))
    const page = openView()
    page.hear(burstOf([]))
    for (let at = 0; at < 200; at += 10) page.frame(samples, at, at + 10)
    expect(page.live().rps).toSatisfy((rate: number) => Math.abs(rate - 100) <= 2)
    expect(page.live().totals.answered).toBe(0)
  })

  it('shows the true rate while its samples wait at the server, and when they follow', () => {
    const samples = inTurn(400, 2, 10_000)
    const page = openView()
    page.hear(burstOf([]))
    for (let at = 0; at < 100; at += 10) page.frame(samples, at, at + 10)
    for (let at = 125; at <= 300; at += 25) {
      page.view.take({ ...decodeFrame(frameOf(samples, at, at)), firstSeq: 100 })
      expect(page.live().rps).toSatisfy((rate: number) => Math.abs(rate - 100) <= 2)
    }
    page.frame(samples, 100, 310)
    expect(page.live().rps).toSatisfy((rate: number) => Math.abs(rate - 100) <= 2)
    expect(page.view.rates.buckets.map(({ answered, missed }) => [answered, missed])).toEqual([
      [[50, 50], 0],
      [[50, 50], 0],
      [[50, 50], 0],
      [[5, 5], 0],
    ])
  })

  it('charts what the totals say: seconds that it missed are told as missed, and add up', () => {
    const samples = inTurn(100, 2, 50_000)
    const page = openView()
    page.hear(burstOf([]))
    page.frame(samples, 0, 20)
    page.frame(samples, 40, 100)
    const seen = page.view.rates.buckets.map(({ answered }) =>
      answered.reduce<number>((sum, one) => sum + (one ?? 0), 0),
    )
    expect(seen).toEqual([20, 0, 20, 20, 20])
    const missed = page.view.rates.buckets.map((bucket) => bucket.missed)
    expect(missed[1]).toBeGreaterThan(18)
    expect(missed.reduce((sum, count) => sum + count, 0)).toBeCloseTo(20)
    const late = openView()
    late.hear(burstOf(samples.slice(0, 60)))
    late.frame(samples, 60, 100)
    expect(late.view.rates.buckets.map((bucket) => Math.round(bucket.missed))).toEqual([20, 20, 20, 0, 0])
    expect(late.shown().resynced, 'it simply came later').toBeNull()
  })

  it('draws what comes twice into the charts once', () => {
    const page = openView()
    page.hear(burstOf([]))
    page.frame(mixed, 0, 12)
    page.frame(mixed, 6, 18)
    const drawn = page.view.rates.buckets.reduce(
      (sum, bucket) => sum + bucket.nobody + bucket.answered.reduce<number>((all, one) => all + (one ?? 0), 0),
      0,
    )
    expect(drawn).toBe(18)
  })

  it('takes an answer whose backend nobody can name for an answer', () => {
    const page = openView()
    page.hear(burstOf([]))
    page.frame([{ by: null, sentUs: 0, outcome: 'answered', status: 200 }], 0, 1)
    expect(page.view.rates.backends).toEqual([UNKNOWN_BACKEND])
    expect(page.view.rates.buckets[0]).toMatchObject({ answered: [1], nobody: 0 })
    expect(page.live().totals.answered).toBe(1)
  })
})
