import { describe, expect, test } from 'vitest'
import { PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import { expectReadableLog } from './log-checks.ts'
import { type RawAnswer, rawRequest, requestText, SOCKET_TARGET, upgradeHeaders } from './raw-request.ts'
import { frameOf } from './raw-socket.ts'
import type { Victim } from './victim.ts'

type Headers = [string, string][]

/** A name that other machines know, and one that a TLS proxy serves: either exposes the dashboard. */
export const PLAIN_HOST = 'lab.example:3000'
export const SECURE_HOST = 'tls.example'
export const EXPOSED = { ROBINSCOPE_ALLOWED_HOSTS: `${PLAIN_HOST},https://${SECURE_HOST}` }

const EVERYTHING = [
  ...['/', '/?a=1', '/nowhere', '/theme.js', '/favicon-ok.svg', '/_next/static/x.js', '/_next/image?url=x'],
  ...['/api/health', '/api/cluster', '/api/bursts', '/api/bursts/b1', '/api/bursts/b1/samples', '/api/runs'],
  ...[
    '/api/runs/b1?format=file',
    '/api/openapi.json',
    '/api/nowhere',
    '/metrics',
    '/socket.io/?EIO=4&transport=polling',
  ],
]

/** Robinscope where other machines can reach it: who does not show the token learns nothing. */
export function exposedAttacks(victim: Victim): void {
  const token = (): string => victim.product().token
  const ask = (target: string, headers: Headers = [], { host = PLAIN_HOST, method = 'GET' } = {}) =>
    rawRequest(victim.port(), requestText(target, [['Host', host], ...headers], method))
  const enter = (host = PLAIN_HOST) => ask(`/?token=${token()}`, [], { host })
  const setCookie = ({ head }: RawAnswer): string => /^set-cookie: (.*)$/im.exec(head)?.[1]?.trim() ?? ''
  const cookieFor = async (host = PLAIN_HOST): Promise<string> => setCookie(await enter(host)).split(';')[0] ?? ''
  const bearer = (): Headers => [['Authorization', `Bearer ${token()}`]]

  const wrongShowings = async (): Promise<Headers[]> => [
    [],
    [['Authorization', 'Bearer wrong-wrong-wrong-wrong']],
    [['Authorization', `Bearer ${token().slice(0, -1)}`]],
    [['Authorization', `Bearer ${token()}x`]],
    [['Authorization', `Basic ${token()}`]],
    [['X-Robinscope-Token', token()]],
    [['Cookie', `robinscope-3000=${token()}`]],
    [['Cookie', 'robinscope-3000=']],
    [['Cookie', `${await cookieFor()}x`]],
    [['Cookie', await cookieFor(`localhost:${victim.port()}`)]],
  ]
  const refused = (answer: RawAnswer, what: string): void => {
    expect(answer.status, what).toBe(401)
    expect(answer.head, what).not.toMatch(/set-cookie|101 Switching/i)
    expect(answer.head, what).toMatch(/^cache-control: no-store/im)
    expect(answer.body, what).not.toMatch(/"backends"|"robinscope-token"|"version"|robinscope_requests/)
    expect(answer.head + answer.body, what).not.toContain(token())
  }

  describe('reading without the token', () => {
    test.each(EVERYTHING)('%s is refused, whatever is shown instead', async (target) => {
      for (const showing of await wrongShowings()) refused(await ask(target, showing), JSON.stringify(showing))
      refused(await ask(target, [], { method: 'HEAD' }), 'HEAD')
    })

    test('is refused under a loopback name, too: whoever connects can write it into Host', async () => {
      for (const name of ['localhost', '127.0.0.1', '[::1]'])
        refused(await ask('/', [], { host: `${name}:${victim.port()}` }), name)
    })

    test('a person reads what to do, a program a problem', async () => {
      const person = await ask('/', [['Accept', 'text/html']])
      expect(person.head).toMatch(/^content-type: text\/plain; charset=utf-8/im)
      expect(person.body).toMatch(
        /^A token is needed\. .*ROBINSCOPE_TOKEN.*http:\/\/lab\.example:3000\/\?token=<token>/,
      )
      const program = await ask('/api/cluster')
      expect(JSON.parse(program.body)).toMatchObject({ code: 'no-token', status: 401 })
      expect(program.head).toMatch(/^www-authenticate: Bearer/im)
    })

    test('a wrong token in the address is told as wrong, and not repeated', async () => {
      for (const given of [
        'wrong-wrong-wrong-wrong',
        token().slice(0, -1),
        `${token()}x`,
        '',
        '%',
        token().toUpperCase(),
      ]) {
        const answer = await ask(`/?token=${given}`)
        expect(answer.status).toBe(401)
        expect(JSON.parse(answer.body).detail).toMatch(/^The token in the address is wrong\./)
        if (given.length > 1) expect(answer.body).not.toContain(given)
      }
      refused(await ask(`/api/cluster?token=${token()}`), 'another path')
      refused(await ask(`/x?token=${token()}`), 'another path')
    })
  })

  describe('the token in the address', () => {
    test('becomes a cookie once, and leaves the address', async () => {
      const answer = await ask(`/?a=1&token=${token()}`)
      expect(answer.status).toBe(303)
      expect(answer.head).toMatch(/^location: \/\?a=1\r?$/im)
      expect(answer.head).toMatch(/^referrer-policy: no-referrer/im)
      expect(setCookie(answer)).toMatch(/^robinscope-3000=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
      expect(answer.head + answer.body).not.toContain(token())
      const page = await ask('/', [['Cookie', await cookieFor()]])
      expect(page.status).toBe(200)
      expect(page.body).toContain('name="robinscope-token" content=""')
      expect(page.head + page.body).not.toContain(token())
      expect(page.head).toMatch(/^content-security-policy: .*script-src 'nonce-/im)
    })

    test('becomes a secure one behind a TLS proxy, which does not fit another port', async () => {
      expect(setCookie(await enter(SECURE_HOST))).toMatch(/^robinscope-default=.*; SameSite=Strict; Secure$/)
      refused(await ask('/', [['Cookie', await cookieFor(SECURE_HOST)]]), 'the cookie of another port')
    })

    test('the cookie reads everything, and changes nothing over HTTP', async () => {
      const cookie: Headers = [['Cookie', await cookieFor()]]
      for (const target of ['/api/health', '/api/cluster', '/api/bursts', '/metrics', '/theme.js'])
        expect((await ask(target, cookie)).status, target).toBe(200)
      for (const target of ['/api/cluster', '/metrics']) expect((await ask(target, bearer())).status, target).toBe(200)
      const burst = [...cookie, ['Content-Type', 'application/json'], ['Content-Length', '0']] satisfies Headers
      for (const method of ['POST', 'DELETE', 'PATCH', 'PUT'])
        refused(await ask('/api/bursts', burst, { method }), `${method} by cookie`)
    })

    test('a link of another site asks once more by itself, and only once', async () => {
      const link = (site: string): Headers => [
        ...([
          ['Accept', 'text/html'],
          ['Sec-Fetch-Site', site],
        ] satisfies Headers),
        ...([
          ['Sec-Fetch-Mode', 'navigate'],
          ['Sec-Fetch-Dest', 'document'],
        ] satisfies Headers),
      ]
      for (const site of ['cross-site', 'same-site'])
        expect((await ask('/', link(site))).head).toMatch(/^refresh: 0\r?$/im)
      for (const site of ['same-origin', 'none']) expect((await ask('/', link(site))).head).not.toMatch(/^refresh/im)
    })
  })

  describe('the socket', () => {
    const upgrade = (headers: Headers, { host = PLAIN_HOST, origin = `http://${PLAIN_HOST}` as string | null } = {}) =>
      rawRequest(victim.port(), requestText(SOCKET_TARGET, [...upgradeHeaders(host, origin), ...headers]))

    test('is refused before it is opened, whatever is shown instead', async () => {
      for (const showing of await wrongShowings()) refused(await upgrade(showing), JSON.stringify(showing))
    })

    test('opens by cookie or bearer, for its own origins with their schemes alone', async () => {
      const cookie: Headers = [['Cookie', await cookieFor()]]
      const secure: Headers = [['Cookie', await cookieFor(SECURE_HOST)]]
      expect((await upgrade(cookie)).status).toBe(101)
      expect((await upgrade(bearer(), { origin: null })).status).toBe(101)
      expect((await upgrade(secure, { host: SECURE_HOST, origin: `https://${SECURE_HOST}` })).status).toBe(101)
      for (const origin of [
        `https://${PLAIN_HOST}`,
        `http://${SECURE_HOST}`,
        `https://${SECURE_HOST}:3000`,
        'https://evil.example',
      ])
        expect((await upgrade(cookie, { origin })).status, origin).toBe(403)
    })

    test('is let in by the cookie alone, and hears all', async () => {
      const cookie: Headers = [['Cookie', await cookieFor()]]
      const handshake = requestText(SOCKET_TARGET, [...upgradeHeaders(PLAIN_HOST, `http://${PLAIN_HOST}`), ...cookie])
      const joined = frameOf(`40${JSON.stringify({ token: '', protocol: PROTOCOL_VERSION })}`)
      // A switched connection has no end of its own: it is read for as long as the limit.
      const heard = await rawRequest(victim.port(), [handshake, joined], {
        pauseMs: 300,
        limitMs: 1_500,
        upgraded: true,
      })
      expect(heard.body).toContain('welcomed')
    })
  })

  test('neither the token nor the cookie stands in the log', async () => {
    const cookie = (await cookieFor()).split('=')[1] ?? 'none'
    expect(cookie.length).toBeGreaterThan(40)
    expectReadableLog(victim, cookie, 'wrong-wrong-wrong-wrong')
    expect(victim.product().log()).toContain('"code":"no-token"')
  })
}
