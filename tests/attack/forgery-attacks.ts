import { describe, expect, test } from 'vitest'
import { rawRequest, requestText, upgradeHeaders } from './raw-request.ts'
import type { Victim } from './victim.ts'

export function forgeryAttacks(victim: Victim): void {
  const MUTATING = [
    ['PUT', '/api/cluster/replicas'],
    ['POST', '/api/bursts'],
    ['PATCH', '/api/bursts/b1'],
    ['DELETE', '/api/bursts/b1'],
  ] as const
  const FORM_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain']

  const forged = (method: string, target: string, more: [string, string][], body = 'replicas=0') =>
    rawRequest(
      victim.port(),
      requestText(target, [['Host', victim.host()], ['Content-Length', String(body.length)], ...more], method, body),
    )

  describe('a request that the person at the browser did not mean', () => {
    for (const [method, target] of MUTATING)
      test.each(FORM_TYPES)(`attack 12: ${method} ${target} as %s from another site is refused`, async (type) => {
        const answer = await forged(method, target, [
          ['Content-Type', type],
          ['Sec-Fetch-Site', 'cross-site'],
          ['Sec-Fetch-Mode', 'navigate'],
          ['Sec-Fetch-Dest', 'document'],
        ])
        expect([401, 403]).toContain(answer.status)
      })

    test.each(FORM_TYPES)('attack 12: with the token, %s is the wrong type', async (type) => {
      const headers: [string, string][] = [
        ['Content-Type', type],
        ['Authorization', `Bearer ${victim.product().token}`],
      ]
      expect((await forged('PUT', '/api/cluster/replicas', headers)).status).toBe(415)
    })

    for (const [method, target] of MUTATING) {
      test(`attack 13: ${method} ${target} from the same site, another port, is refused`, async () => {
        const headers: [string, string][] = [
          ['Content-Type', 'application/json'],
          ['Sec-Fetch-Site', 'same-site'],
        ]
        expect([401, 403]).toContain((await forged(method, target, headers, '{"replicas":0}')).status)
      })

      test(`attack 13: ${method} ${target} without any word of where it comes from needs the token`, async () => {
        const answer = await forged(method, target, [['Content-Type', 'application/json']], '{"replicas":0}')
        expect(answer.status).toBe(401)
      })
    }

    test.each([
      ['GET', '/api/scale?n=0'],
      ['GET', '/api/cluster/replicas?replicas=0'],
      ['HEAD', '/api/cluster/replicas'],
      ['OPTIONS', '/api/cluster/replicas'],
      ['GET', '/api/bursts/b1?_method=DELETE'],
    ])('attack 14: %s %s changes nothing', async (method, target) => {
      const answer = await forged(method, target, [], '')
      expect([401, 403, 404, 405]).toContain(answer.status)
    })

    test.each(['/', '/api/bursts', '/api/cluster/replicas'])(
      'attack 15: a preflight from a foreign origin for %s gets no permission',
      async (target) => {
        const answer = await forged(
          'OPTIONS',
          target,
          [
            ['Origin', 'https://evil.example'],
            ['Access-Control-Request-Method', 'PUT'],
          ],
          '',
        )
        expect(answer.head).not.toMatch(/access-control-/i)
        expect(answer.status).toBe(403)
      },
    )

    test.each(['/', '/nowhere', '/api/cluster', '/api/nowhere'])('attack 16: %s cannot be framed', async (target) => {
      const { head } = await rawRequest(victim.port(), requestText(target, [['Host', victim.host()]]))
      expect(head).toMatch(/^x-frame-options: deny/im)
      expect(head).toMatch(/^content-security-policy:.*frame-ancestors 'none'/im)
    })

    test.each([
      '/socket.io/?EIO=3&transport=polling&j=0',
      '/socket.io/?EIO=4&transport=polling',
      '/socket.io/socket.io.js',
    ])('attack 17: %s is no script to include', async (target) => {
      const answer = await rawRequest(victim.port(), requestText(target, [['Host', victim.host()]]))
      expect(answer.status).toBeGreaterThanOrEqual(300)
      expect(answer.head).toMatch(/^cross-origin-resource-policy: same-origin/im)
      expect(answer.body).not.toContain('sid')
    })

    test.each(['/_next/webpack-hmr', '/_next/hmr', '/', '/socket.io/?EIO=3&transport=websocket', '/socket.io'])(
      'attack 18: an upgrade of %s is closed',
      async (target) => {
        const answer = await rawRequest(
          victim.port(),
          requestText(target, upgradeHeaders(victim.host(), `http://${victim.host()}`)),
        )
        expect([400, 403, 404]).toContain(answer.status)
      },
    )
  })
}
