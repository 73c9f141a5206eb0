import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { ProblemError } from '#lib/protocol/problem.ts'
import { type GuardOptions, namesOf } from '#lib/server/guard.ts'
import { checkReader, checkToken, entryOf, sameToken, showsToken } from '#lib/server/token.ts'

const TOKEN = 'a-token-of+this/start&now'
const loopback: GuardOptions = {
  names: namesOf(3000, ['lab.example:3000', 'https://tls.example']),
  token: TOKEN,
  isExposed: false,
}
const exposed: GuardOptions = { ...loopback, isExposed: true }

const asked = (url: string, headers: Record<string, string> = {}, method = 'GET'): IncomingMessage =>
  ({ url, method, headers: { host: 'lab.example:3000', ...headers } }) as unknown as IncomingMessage
const address = (token: string): string => `/?token=${encodeURIComponent(token)}`
const cookieFor = (host: string): string =>
  entryOf(asked(address(TOKEN), { host }), exposed)?.cookie.split(';')[0] ?? 'none'

const refusal = (act: () => void): string | null => {
  try {
    act()
    return null
  } catch (error) {
    return error instanceof ProblemError && error.problem.code === 'no-token' ? error.problem.detail : String(error)
  }
}

describe('a state change', () => {
  it('needs the bearer token and takes nothing else, on loopback and beyond', () => {
    for (const guard of [loopback, exposed]) {
      expect(refusal(() => checkToken(`Bearer ${TOKEN}`, guard))).toBeNull()
      for (const wrong of [undefined, '', TOKEN, 'Bearer', 'Bearer a-token', `Basic ${TOKEN}`])
        expect(refusal(() => checkToken(wrong, guard))).toContain('npm start -- --help')
    }
  })
})

describe('reading on loopback', () => {
  it('needs no token, and no cookie is given', () => {
    expect(refusal(() => checkReader(asked('/api/cluster'), loopback))).toBeNull()
    expect(entryOf(asked(address(TOKEN)), loopback)).toBeNull()
    expect(showsToken(asked('/', { cookie: cookieFor('lab.example:3000') }), loopback)).toBe(false)
  })
})

describe('reading where other machines can', () => {
  it.each(['/', '/api/cluster', '/api/health', '/metrics', '/theme.js', '/_next/static/x.js', '/socket.io/?EIO=4'])(
    '%s needs the bearer token or the cookie',
    (url) => {
      const cookie = cookieFor('lab.example:3000')
      expect(refusal(() => checkReader(asked(url, { authorization: `Bearer ${TOKEN}` }), exposed))).toBeNull()
      expect(refusal(() => checkReader(asked(url, { cookie: `a=b; ${cookie}; c=d` }), exposed))).toBeNull()
      for (const headers of [
        {},
        { authorization: 'Bearer wrong-wrong-wrong-wrong' },
        { authorization: `Bearer ${TOKEN}x` },
        { cookie: `robinscope-3000=${TOKEN}` },
        { cookie: `x${cookie}` },
        { cookie: `${cookie}x` },
        { cookie: cookieFor('lab.example:3001') },
        { cookie: 'robinscope-3000=' },
      ])
        expect(
          refusal(() => checkReader(asked(url, headers), exposed)),
          JSON.stringify(headers),
        ).toContain('Open http://lab.example:3000/?token=<token> once')
    },
  )

  it('the manifest is open: a browser asks for it without cookies', () => {
    for (const url of ['/manifest.webmanifest', '/manifest.webmanifest?v=1'])
      expect(refusal(() => checkReader(asked(url), exposed))).toBeNull()
  })

  it.each([
    '/api/../manifest.webmanifest',
    '/api/cluster/%2e%2e/%2E./manifest.webmanifest',
    '/metrics/..\\manifest.webmanifest',
    '//dashboard/manifest.webmanifest',
    '/manifest.webmanifest/',
  ])('%s is another path, which needs the token', (url) => {
    expect(refusal(() => checkReader(asked(url), exposed))).not.toBeNull()
  })

  it('the refusal names the address by which the person came, and never what was given', () => {
    const words = refusal(() => checkReader(asked(address('not-the-token-at-all'), { host: 'tls.example' }), exposed))
    expect(words).toMatch(/^The token in the address is wrong\. .*https:\/\/tls\.example\/\?token=<token>/)
    expect(words).not.toContain('not-the-token-at-all')
  })
})

describe('the token in the address', () => {
  it('is taken once: a cookie for this port, and an address without it', () => {
    const entry = entryOf(asked(`/?a=1&token=${encodeURIComponent(TOKEN)}&b=2`), exposed)
    expect(entry?.location).toBe('/?a=1&b=2')
    expect(entry?.cookie).toMatch(/^robinscope-3000=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(entry?.cookie).not.toContain(TOKEN)
    expect(entryOf(asked(address(TOKEN)), exposed)?.location).toBe('/')
  })

  it('may be pasted as it is, with the signs of base64', () => {
    const token = 'Zm9v+YmFy/Zm9vYmFyCg=='
    const entry = entryOf(asked(`/?token=${token}&b=2`), { ...exposed, token })
    expect(entry?.location).toBe('/?b=2')
  })

  it('gives a cookie for https alone where a TLS proxy serves the name', () => {
    expect(entryOf(asked(address(TOKEN), { host: 'TLS.example' }), exposed)?.cookie).toMatch(/; Secure$/)
  })

  it.each([
    ['wrong', address('wrong-wrong-wrong'), 'GET'],
    ['empty', '/?token=', 'GET'],
    ['cut short', address(TOKEN.slice(0, -1)), 'GET'],
    ['on another path', `/api/cluster?token=${encodeURIComponent(TOKEN)}`, 'GET'],
    ['in a state change', address(TOKEN), 'POST'],
  ])('opens nothing when it is %s', (_name, url, method) => {
    expect(entryOf(asked(url, {}, method), exposed)).toBeNull()
    expect(refusal(() => checkReader(asked(url, {}, method), exposed))).not.toBeNull()
  })
})

describe('comparing', () => {
  it('takes equal tokens alone, of any length', () => {
    expect(sameToken(TOKEN, TOKEN)).toBe(true)
    for (const other of ['', TOKEN.slice(1), `${TOKEN} `, 'x'.repeat(10_000)])
      expect(sameToken(other, TOKEN)).toBe(false)
  })
})
