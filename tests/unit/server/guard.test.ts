import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { ProblemError } from '#lib/protocol/problem.ts'
import { allowedHostsOf, checkRequest, checkToken } from '#lib/server/guard.ts'

const guard = { allowedHosts: allowedHostsOf(3000, ['lab.example:3000']), token: 'a-token-of-this-start' }

/** As Node parses it: names in small letters, and every line as it came in rawHeaders. */
function request(lines: [string, string][], { url = '/', method = 'GET' } = {}): IncomingMessage {
  return {
    url,
    method,
    rawHeaders: lines.flat(),
    headers: Object.fromEntries(lines.map(([name, value]) => [name.toLowerCase(), value])),
  } as unknown as IncomingMessage
}

const verdict = (act: () => void): string => {
  try {
    act()
    return 'passes'
  } catch (error) {
    return error instanceof ProblemError ? error.problem.code : String(error)
  }
}

const own: [string, string] = ['Host', 'localhost:3000']

describe('hosts', () => {
  it.each(['localhost:3000', 'LOCALHOST:3000', '127.0.0.1:3000', '[::1]:3000', 'lab.example:3000'])(
    '%s passes',
    (host) => {
      expect(verdict(() => checkRequest(request([['Host', host]]), guard))).toBe('passes')
    },
  )

  it.each([
    'evil.example:3000',
    'localhost',
    'localhost:8080',
    'localhost.:3000',
    'localhost:3000@evil',
    '0.0.0.0:3000',
    '2130706433:3000',
    '[::]:3000',
    'lab.example.evil:3000',
    'localhost:3000, evil',
  ])('%s is refused', (host) => {
    expect(verdict(() => checkRequest(request([['Host', host]]), guard))).toBe('host-refused')
  })

  it('none, an empty one, or two are malformed', () => {
    expect(verdict(() => checkRequest(request([]), guard))).toBe('malformed')
    expect(verdict(() => checkRequest(request([['Host', '']]), guard))).toBe('malformed')
    expect(verdict(() => checkRequest(request([own, ['host', 'evil:3000']]), guard))).toBe('malformed')
  })

  it('forwarded ones are never believed', () => {
    const lines: [string, string][] = [
      ['Host', 'evil.example:3000'],
      ['X-Forwarded-Host', 'localhost:3000'],
      ['Forwarded', 'host=localhost:3000'],
    ]
    expect(verdict(() => checkRequest(request(lines), guard))).toBe('host-refused')
  })
})

describe('origins', () => {
  it.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://lab.example:3000'])('%s passes', (origin) => {
    expect(verdict(() => checkRequest(request([own, ['Origin', origin]]), guard))).toBe('passes')
  })

  it.each([
    'https://evil.example',
    'null',
    '',
    'http://localhost:8080',
    'http://localhost:3000.evil.example',
    'http://xlocalhost:3000',
    'https://localhost:3000',
    'http://localhost',
    'http://evil.example:3000',
  ])('%s is refused', (origin) => {
    expect(verdict(() => checkRequest(request([own, ['Origin', origin]]), guard))).toBe('origin-refused')
  })
})

describe('pages of other sites', () => {
  it('may link here', () => {
    const lines: [string, string][] = [
      own,
      ['Sec-Fetch-Site', 'cross-site'],
      ['Sec-Fetch-Mode', 'navigate'],
      ['Sec-Fetch-Dest', 'document'],
    ]
    expect(verdict(() => checkRequest(request(lines), guard))).toBe('passes')
    expect(verdict(() => checkRequest(request(lines, { method: 'POST' }), guard))).toBe('origin-refused')
  })

  it.each(['cross-site', 'same-site'])('of %s may not embed or fetch it', (site) => {
    for (const [mode, dest] of [
      ['no-cors', 'image'],
      ['navigate', 'iframe'],
      ['cors', 'empty'],
    ] as const) {
      const lines: [string, string][] = [
        own,
        ['Sec-Fetch-Site', site],
        ['Sec-Fetch-Mode', mode],
        ['Sec-Fetch-Dest', dest],
      ]
      expect(verdict(() => checkRequest(request(lines), guard))).toBe('origin-refused')
    }
  })
})

describe('targets', () => {
  it.each(['http://evil.example/', '//evil.example/', '*', ''])('%s is malformed', (url) => {
    expect(verdict(() => checkRequest(request([own], { url }), guard))).toBe('malformed')
  })
})

describe('the token', () => {
  it('passes as a bearer token and in no other way', () => {
    expect(verdict(() => checkToken('Bearer a-token-of-this-start', guard))).toBe('passes')
    for (const wrong of [
      undefined,
      '',
      'a-token-of-this-start',
      'Bearer',
      'Bearer a-token',
      'Basic a-token-of-this-start',
    ]) {
      expect(verdict(() => checkToken(wrong, guard))).toBe('no-token')
    }
  })
})
