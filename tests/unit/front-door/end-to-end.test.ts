import { describe, expect, test } from 'vitest'
import { endToEnd, FOR_ANSWERS, FOR_REQUESTS } from '#lib/front-door/balancer/end-to-end.ts'

describe('headers that a proxy passes on (RFC 9110, section 7.6.1)', () => {
  test('are all but those of this hop', () => {
    const raw = ['Host', 'x', 'Connection', 'keep-alive', 'Keep-Alive', 'timeout=5', 'TE', 'trailers', 'Upgrade', 'h2c']
    expect(endToEnd([...raw, 'Transfer-Encoding', 'chunked', 'Accept', '*/*'], FOR_REQUESTS)).toEqual([
      ...['Host', 'x'],
      ...['Accept', '*/*'],
    ])
  })

  test('do not include those that Connection names, in any case', () => {
    expect(endToEnd(['X-Hop', '1', 'CONNECTION', 'Keep-Alive, x-hop', 'X-End', '2'], FOR_REQUESTS)).toEqual([
      'X-End',
      '2',
    ])
  })

  test('include what no hop may take away, whatever Connection names', () => {
    const raw = ['Content-Length', '5', 'Host', 'x', 'Connection', 'content-length, host']
    expect(endToEnd(raw, FOR_REQUESTS)).toEqual(['Content-Length', '5', 'Host', 'x'])
  })

  test('keep their order and may repeat', () => {
    const raw = ['Set-Cookie', 'a', 'Set-Cookie', 'b']
    expect(endToEnd(raw, FOR_ANSWERS)).toEqual(raw)
  })

  test('of an answer leave out what only the front door may say', () => {
    expect(endToEnd(['x-upstream-addr', 'forged', 'X-Front-Door-Generation', 'forged', 'X', 'y'], FOR_ANSWERS)).toEqual(
      [...['X', 'y']],
    )
  })
})
