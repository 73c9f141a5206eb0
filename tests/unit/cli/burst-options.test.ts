import { describe, expect, it } from 'vitest'
import type { Burst } from '#lib/protocol/model.ts'
import { readBurstOptions } from '#lib/server/cli/burst-options.ts'
import { checkExpectations, parseExpectation } from '#lib/server/cli/expectations.ts'

const burst = {
  failed: 1,
  timedOut: 2,
  errors: 4,
  lateStarts: null,
  deviations: null,
  fairness: { spread: 0.5, jain: 1 },
  byBackend: [{}, {}],
  latencyMs: { fromSent: { p99: 12.5 }, fromIntended: { p99: 30 } },
} as unknown as Burst

describe('an expectation', () => {
  it.each([
    ['failed==0', 7, false],
    ['failed<=7', 7, true],
    ['noAnswer==1', 1, true],
    ['timedOut==2', 2, true],
    ['errors==4', 4, true],
    ['spread <= 1', 0.5, true],
    ['backends==2', 2, true],
    ['p99<12.5', 12.5, false],
    ['p99!=12', 12.5, true],
    ['p99FromDue<20', 30, false],
  ])('%s on this burst', (text, value, holds) => {
    expect(checkExpectations(burst, [parseExpectation(text)])).toMatchObject([
      { value, holds, why: holds ? null : `was ${value}` },
    ])
  })

  it('on a figure that the burst does not have does not hold', () => {
    const unanswered = { ...burst, latencyMs: { fromSent: null, fromIntended: null } } as unknown as Burst
    for (const [text, why] of [
      ['deviations==0', 'one request in flight'],
      ['lateStarts<=1', '--rate'],
      ['p99<=20', 'no request was answered'],
      ['maxFromDue>=0', 'no request was answered'],
    ] as const)
      expect(checkExpectations(unanswered, [parseExpectation(text)])).toMatchObject([
        { value: null, holds: false, why: expect.stringMatching(`^not available: .*${why}`) },
      ])
  })

  it.each(['faild==0', 'constructor==0', 'p98<=1'])('%s names a figure that does not exist', (text) => {
    expect(() => parseExpectation(text)).toThrow('there is no figure')
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
