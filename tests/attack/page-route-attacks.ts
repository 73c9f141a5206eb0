import { describe, expect, test } from 'vitest'
import { rawRequest, requestText } from './raw-request.ts'
import type { Victim } from './victim.ts'

export function pageRouteAttacks(victim: Victim): void {
  const ask = (target: string, more: [string, string][] = [], method = 'GET', body = '') =>
    rawRequest(victim.port(), requestText(target, [['Host', victim.host()], ...more], method, body))

  describe('the known holes of what serves the page', () => {
    test.each([
      ['/', 'x-middleware-subrequest', 'middleware:middleware:middleware:middleware:middleware'],
      ['/index.rsc', 'RSC', '1'],
      ['/?_rsc=abc', 'RSC', '1'],
      ['/_tree.segment.rsc', 'Next-Router-Segment-Prefetch', '/_tree'],
    ])('attack 31: %s with %s and a foreign Host is refused', async (target, header, value) => {
      const headers: [string, string][] = [
        ['Host', `evil.example:${victim.port()}`],
        [header, value],
      ]
      expect((await rawRequest(victim.port(), requestText(target, headers))).status).toBe(403)
    })

    test.each(['0', 'deadbeef', '["$F1"]'])(
      'attack 32: a crafted server action (%s) is refused at once',
      async (body) => {
        const startedAt = performance.now()
        const answer = await ask(
          '/',
          [
            ['Next-Action', '0123456789abcdef'],
            ['Content-Type', 'multipart/form-data; boundary=x'],
            ['Content-Length', String(body.length)],
          ],
          'POST',
          body,
        )
        expect([404, 405]).toContain(answer.status)
        expect(performance.now() - startedAt).toBeLessThan(1_000)
      },
    )

    test.each([
      '/_next/image?url=http%3A%2F%2F169.254.169.254%2F&w=64&q=75',
      '/_next/image?url=%2Ffavicon-ok.svg&w=64&q=75',
    ])('attack 33: %s fetches nothing', async (target) => {
      const answer = await ask(target)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
    })

    test.each([
      '/..%2f..%2fetc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/_next/../.env',
      '/_next/static/..%2f..%2f..%2fpackage.json',
      '/_next/static/../../package.json',
      '/.git/config',
      '/.env',
      '/package.json',
      '/lib/server/main.ts',
      '/_next/static/chunks/main.js.map',
    ])('attack 34: %s is not found', async (target) => {
      const answer = await ask(target)
      expect([400, 403, 404]).toContain(answer.status)
      expect(answer.body).not.toMatch(/root:|"name": "robinscope"|\[core\]/)
    })

    test('the token from outside is not believed, and never the page of another', async () => {
      const answer = await ask('/', [
        ['X-Nonce', 'planted-nonce'],
        ['X-Robinscope-Token', 'planted-token'],
        ['Content-Security-Policy', "script-src 'nonce-planted-nonce'"],
      ])
      expect(answer.status).toBe(200)
      expect(answer.head + answer.body).not.toContain('planted')
    })
  })
}
