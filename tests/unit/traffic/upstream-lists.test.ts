import { describe, expect, test } from 'vitest'
import { isFrontDoorItself } from '#lib/protocol/model.ts'
import { readAttempts } from '#lib/traffic/upstream-lists.ts'

describe('attempts, as nginx lists them', () => {
  test('one attempt that answered: its time is the header time', () => {
    expect(readAttempts('10.0.0.2:3000', '200', '-', '0.004')).toEqual([
      { address: '10.0.0.2:3000', status: 200, us: 4_000 },
    ])
  })

  test('a refused attempt, then one that answered', () => {
    expect(readAttempts('10.0.0.2:3000, 10.0.0.3:3000', '502, 200', '0.001, -', '-, 0.003')).toEqual([
      { address: '10.0.0.2:3000', status: 502, us: 1_000 },
      { address: '10.0.0.3:3000', status: 200, us: 3_000 },
    ])
  })

  test('a connect timeout, a server that is left out, and the group without a live server', () => {
    expect(readAttempts('10.0.0.2:3000, backend', '504, 502', '0.500, 0.000', '-, -')).toEqual([
      { address: '10.0.0.2:3000', status: 504, us: 500_000 },
      { address: 'backend', status: 502, us: 0 },
    ])
    expect(isFrontDoorItself('backend')).toBe(true)
    expect(isFrontDoorItself('10.0.0.2:3000')).toBe(false)
    expect(isFrontDoorItself('[::1]:3000')).toBe(false)
  })

  test('a group after an internal redirect is joined with a colon between spaces', () => {
    const attempts = readAttempts('10.0.0.2:80, 10.0.0.3:80 : [::1]:81', '502, 502 : 200', '0.1, 0.2 : -', '-, - : 0.3')
    expect(attempts.map(({ address, status, us }) => [address, status, us])).toEqual([
      ['10.0.0.2:80', 502, 100_000],
      ['10.0.0.3:80', 502, 200_000],
      ['[::1]:81', 200, 300_000],
    ])
  })

  test('what is not said is not made up', () => {
    expect(readAttempts('', '', '', '')).toEqual([])
    expect(readAttempts('10.0.0.2:80', '', '', '')).toEqual([{ address: '10.0.0.2:80', status: 0, us: null }])
    expect(readAttempts('10.0.0.2:80', 'oops', 'Infinity', '-5')).toEqual([
      { address: '10.0.0.2:80', status: 0, us: null },
    ])
  })

  test('a list without end is cut', () => {
    expect(readAttempts(Array(5_000).fill('a:1').join(', '), '', '', '')).toHaveLength(64)
  })
})
