import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { ProblemError } from '#lib/protocol/problem.ts'
import { checkRequest, type GuardOptions, namesOf } from '#lib/server/guard.ts'

const guard: GuardOptions = {
  names: namesOf(3000, ['lab.example:3000', 'https://tls.example', 'https://other.example:8443']),
  token: 'a-token-of-this-start',
  isExposed: false,
}

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
  it.each([
    'localhost:3000',
    'LOCALHOST:3000',
    '127.0.0.1:3000',
    '[::1]:3000',
    'lab.example:3000',
    'tls.example',
    'other.example:8443',
  ])('%s passes', (host) => {
    expect(verdict(() => checkRequest(request([['Host', host]]), guard))).toBe('passes')
  })

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
    'other.example',
    'tls.example:3000',
    'https://tls.example',
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
  it.each([
    'http://localhost:3000',
    'http://127.0.0.1:3000',
    'http://lab.example:3000',
    'https://tls.example',
    'https://other.example:8443',
  ])('%s passes', (origin) => {
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
    'https://lab.example:3000',
    'http://tls.example',
    'https://tls.example:8443',
    'https://tls.example.evil.example',
    'https://tls.example@evil.example',
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
  it.each(['http://evil.example/', '//evil.example/', '*', '', '/\\[', '/\\evil.example/', '/\\\\', '\\[', '//['])(
    '%s is malformed',
    (url) => {
      expect(verdict(() => checkRequest(request([own], { url }), guard))).toBe('malformed')
    },
  )
})

describe('a scheme’s own port', () => {
  it('is left out, as a browser leaves it out', () => {
    const { hosts, origins } = namesOf(80, ['lab.example:80', 'https://tls.example:443'])
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'lab.example', 'tls.example']) expect(hosts).toContain(host)
    for (const origin of ['http://localhost', 'http://lab.example', 'https://tls.example']) {
      expect(origins).toContain(origin)
    }
  })
})

describe('a host that a TLS proxy serves', () => {
  it('is secure, unless it is served without one, too', () => {
    expect([...namesOf(3000, ['https://tls.example', 'lab.example:3000']).secureHosts]).toEqual(['tls.example'])
    expect([...namesOf(3000, ['https://both.example', 'both.example']).secureHosts]).toEqual([])
  })
})
