import { describe, expect, test } from 'vitest'
import { type RawAnswer, rawRequest, requestText, SOCKET_TARGET, upgradeHeaders } from './raw-request.ts'
import type { Victim } from './victim.ts'

const EVERYWHERE: [string, RegExp][] = [
  ['x-content-type-options', /^nosniff$/],
  ['x-frame-options', /^DENY$/],
  ['referrer-policy', /^no-referrer$/],
  ['cross-origin-opener-policy', /^same-origin$/],
  ['cross-origin-resource-policy', /^same-origin$/],
  ['permissions-policy', /=\(\)/],
  ['content-security-policy', /frame-ancestors 'none'/],
]
const headerOf = ({ head }: RawAnswer, name: string): string | undefined =>
  new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim()

function expectStrict(answer: RawAnswer, what: string): void {
  for (const [name, value] of EVERYWHERE) expect(headerOf(answer, name) ?? '', `${name} of ${what}`).toMatch(value)
  for (const name of ['x-powered-by', 'server', 'access-control-allow-origin'])
    expect(headerOf(answer, name), `${name} of ${what}`).toBeUndefined()
}

/** Section 7 of the security notes: the same strict headers on every answer there is. */
export function answerHeaders(victim: Victim): void {
  const ask = (target: string, method = 'GET', more: [string, string][] = []) =>
    rawRequest(victim.port(), requestText(target, [['Host', victim.host()], ...more], method))

  describe('every answer carries the strict headers', () => {
    test.each([
      ...['/', '/favicon-ok.svg', '/theme.js', '/manifest.webmanifest', '/nowhere', '/_next/static/nowhere.js'],
      ...['/api/health', '/api/cluster', '/api/bursts', '/api/bursts/b999', '/api/nowhere', '/api/openapi.json'],
      ...['/metrics', '/_next/image?url=x', '/socket.io/', '/%', '/?a=%'],
    ])('GET %s', async (target) => {
      const answer = await ask(target)
      expectStrict(answer, target)
      if (/^\/(api|metrics)/.test(target)) expect(headerOf(answer, 'cache-control')).toBe('no-store')
      if (answer.status === 200 && target === '/') expect(headerOf(answer, 'cache-control')).toContain('no-store')
    })

    test.each(['HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])(
      '%s of the page and of a call',
      async (method) => {
        for (const target of ['/', '/api/cluster/replicas'])
          expectStrict(await ask(target, method), `${method} ${target}`)
      },
    )

    test('of every file of the page', async () => {
      const { body } = await ask('/')
      const files = [...new Set([...body.matchAll(/"(\/_next\/static\/[^"\\]+)"/g)].map(([, file]) => file ?? ''))]
      expect(files.length).toBeGreaterThan(2)
      for (const file of files) expectStrict(await ask(file), file)
    })

    test('refusals by the guard, by the parser, and of upgrades', async () => {
      const evil: [string, string] = ['Origin', 'https://evil.example']
      expectStrict(await ask('/', 'GET', [evil]), 'a foreign origin')
      for (const bytes of [
        'nonsense\r\n\r\n',
        requestText('/', [
          ['Host', victim.host()],
          ['X-Big', 'x'.repeat(20_000)],
        ]),
      ]) {
        const answer = await rawRequest(victim.port(), bytes)
        expect([400, 431]).toContain(answer.status)
        expectStrict(answer, bytes.slice(0, 20))
        expect(headerOf(answer, 'content-type')).toBe('application/problem+json')
      }
      for (const target of ['/', SOCKET_TARGET]) {
        const answer = await rawRequest(
          victim.port(),
          requestText(target, upgradeHeaders(victim.host(), 'https://evil.example')),
        )
        expectStrict(answer, `an upgrade of ${target}`)
        expect(JSON.parse(answer.body)).toMatchObject({ code: 'origin-refused', status: 403 })
      }
    })

    test('a person who opens it under another name reads plain words, a program a problem', async () => {
      const under = (accept: string) =>
        rawRequest(
          victim.port(),
          requestText('/', [
            ['Host', `lab.example:${victim.port()}`],
            ['Accept', accept],
          ]),
        )
      const person = await under('text/html,application/xhtml+xml')
      expect(headerOf(person, 'content-type')).toBe('text/plain; charset=utf-8')
      expect(person.body).toMatch(/^This host is not allowed\. .*ROBINSCOPE_ALLOWED_HOSTS=name:port, or https:.*\.\n$/)
      expect(headerOf(await under('*/*'), 'content-type')).toBe('application/problem+json')
    })

    test('the page has a nonce of its own each time, and its policy lets nothing else run', async () => {
      const nonces = new Set<string>()
      for (let round = 0; round < 5; round++) {
        const { head, body } = await ask('/')
        const policy = /^content-security-policy: (.*)$/im.exec(head)?.[1] ?? ''
        const nonce = /'nonce-([A-Za-z0-9+/=]{20,})'/.exec(policy)?.[1] ?? ''
        expect(policy).not.toMatch(/unsafe-|\*|https?:/)
        for (const [tag] of body.matchAll(/<script\b[^>]*>/g)) expect(tag).toContain(`nonce="${nonce}"`)
        expect(body).not.toMatch(/<[^>]+\sstyle="/)
        nonces.add(nonce)
      }
      expect(nonces.size).toBe(5)
    })
  })
}
