import { describe, expect, it } from 'vitest'
import type { Burst } from '#lib/protocol/model.ts'
import { readBurstOptions } from '#lib/server/cli/burst-options.ts'
import { judge, parseExpectation } from '#lib/server/cli/expectation.ts'

const burst = {
  failed: 1,
  deviations: null,
  fairness: { spread: 0.5, jain: 1 },
  byBackend: [{}, {}],
  latencyMs: { fromSent: { p99: 12.5 }, fromIntended: null },
} as unknown as Burst

describe('an expectation', () => {
  it.each([
    ['failed==0', 1, false],
    ['failed<=1', 1, true],
    ['spread <= 1', 0.5, true],
    ['backends==2', 2, true],
    ['p99<12.5', 12.5, false],
    ['p99!=12', 12.5, true],
  ])('%s on this burst', (text, value, holds) => {
    expect(judge(burst, [parseExpectation(text)])).toMatchObject([{ value, holds }])
  })

  it('on a figure that the burst does not have does not hold', () => {
    expect(judge(burst, [parseExpectation('deviations==0')])).toMatchObject([{ value: null, holds: false }])
  })

  it.each(['failed', 'failed=0', 'faild==0', 'failed==x', '__proto__==0', 'failed==0; rm'])('%s is refused', (text) => {
    expect(() => parseExpectation(text)).toThrow('Figures:')
  })
})

describe('the options of a burst', () => {
  it('make the request of the contract', () => {
    const options = readBurstOptions([
      '--duration',
      '1.5s',
      '--rate',
      '200',
      '--header',
      'X-Test: a:b',
      '--new-connections',
    ])
    expect(options?.request).toMatchObject({
      durationMs: 1_500,
      ratePerSecond: 200,
      headers: { 'x-test': 'a:b' },
      keepAlive: false,
    })
  })

  it.each([
    [[], '--requests N or --duration'],
    [['--requests', 'ten'], 'whole number'],
    [['--duration', '10'], '500ms, 30s'],
    [['--requests', '1', '--concurrency', '999'], 'concurrency'],
    [['--requests', '1', '--header', 'nonsense'], 'Name: value'],
    [['--requests', '1', '--rps', '5'], '--rps'],
  ])('%j are refused', (args, words) => {
    expect(() => readBurstOptions(args)).toThrow(words)
  })
})
