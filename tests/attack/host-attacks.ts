import { describe, expect, test } from 'vitest'
import { rawRequest, requestText, SOCKET_TARGET, upgradeHeaders } from './raw-request.ts'
import type { Victim } from './victim.ts'

export function hostAttacks(victim: Victim): void {
  const ROUTES = [
    '/',
    '/nowhere',
    '/api/health',
    '/api/cluster',
    '/api/openapi.json',
    '/metrics',
    '/_next/static/x.js',
    '/favicon-ok.svg',
    '/socket.io/?EIO=4&transport=polling',
  ]

  describe('a name that is not ours', () => {
    test.each(ROUTES)('attack 8: %s does not answer to a rebound name', async (route) => {
      const answer = await rawRequest(victim.port(), requestText(route, [['Host', `evil.example:${victim.port()}`]]))
      expect(answer.status).toBe(403)
      expect(answer.body).toContain('ROBINSCOPE_ALLOWED_HOSTS')
      expect(answer.body).not.toMatch(/"backends"|robinscope-token/)
    })

    test.each([
      ['no Host at all (HTTP/1.0)', () => 'GET /api/cluster HTTP/1.0\r\n\r\n'],
      ['no Host at all', () => requestText('/api/cluster', [])],
      [
        'two Hosts',
        (host: string) =>
          requestText('/api/cluster', [
            ['Host', host],
            ['Host', host],
          ]),
      ],
      ['an empty Host', () => requestText('/api/cluster', [['Host', '']])],
      ['a trailing dot', () => requestText('/api/cluster', [['Host', `localhost.:${victim.port()}`]])],
      ['a user part', () => requestText('/api/cluster', [['Host', `localhost:${victim.port()}@evil`]])],
      ['0.0.0.0', () => requestText('/api/cluster', [['Host', `0.0.0.0:${victim.port()}`]])],
      ['127.0.0.1 as a number', () => requestText('/api/cluster', [['Host', `2130706433:${victim.port()}`]])],
      ['[::]', () => requestText('/api/cluster', [['Host', `[::]:${victim.port()}`]])],
      ['no port', () => requestText('/api/cluster', [['Host', 'localhost']])],
    ] satisfies [string, (host: string) => string][])('attack 9: %s is refused', async (_name, text) => {
      const answer = await rawRequest(victim.port(), text(victim.host()))
      expect([400, 403]).toContain(answer.status)
      expect(answer.body).not.toContain('"backends"')
    })

    test('capitals in Host are no other name', async () => {
      const answer = await rawRequest(
        victim.port(),
        requestText('/api/cluster', [['Host', `LOCALHOST:${victim.port()}`]]),
      )
      expect(answer.status).toBe(200)
    })

    test.each(['X-Forwarded-Host', 'X-Original-Host', 'Forwarded'])(
      'attack 10: %s is never believed',
      async (header) => {
        const value = header === 'Forwarded' ? `host=${victim.host()}` : victim.host()
        const headers: [string, string][] = [
          ['Host', `evil.example:${victim.port()}`],
          [header, value],
        ]
        expect((await rawRequest(victim.port(), requestText('/api/cluster', headers))).status).toBe(403)
      },
    )

    test.each(['GET', 'POST', 'CONNECT'])('attack 11: %s with an absolute target is malformed', async (method) => {
      const target = method === 'CONNECT' ? 'evil.example:80' : 'http://evil.example/'
      const answer = await rawRequest(victim.port(), requestText(target, [['Host', victim.host()]], method))
      expect(answer.status === 400 || answer.closed).toBe(true)
      expect(answer.status).not.toBe(200)
    })

    test.each([
      'http://169.254.169.254/',
      'http://192.168.65.7:2375/containers/json',
      `http://localhost${SOCKET_TARGET}`,
    ])('attack 21: an upgrade with the absolute target %s is closed', async (target) => {
      const answer = await rawRequest(
        victim.port(),
        requestText(target, upgradeHeaders(victim.host(), `http://${victim.host()}`)),
      )
      expect([400, 403]).toContain(answer.status)
    })
  })
}
