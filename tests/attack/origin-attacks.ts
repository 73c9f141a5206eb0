import { describe, expect, test } from 'vitest'
import { type RawAnswer, rawRequest, requestText, SOCKET_TARGET, upgradeHeaders } from './raw-request.ts'
import type { Victim } from './victim.ts'

export function originAttacks(victim: Victim): void {
  const refused = (answer: RawAnswer): void => {
    expect([400, 403]).toContain(answer.status)
    expect(answer.head).not.toMatch(/101 Switching|access-control-allow-origin/i)
    expect(answer.body).not.toMatch(/"backends"|robinscope-token/)
  }

  const upgrade = (origin: string | null, host = victim.host()): Promise<RawAnswer> =>
    rawRequest(victim.port(), requestText(SOCKET_TARGET, upgradeHeaders(host, origin)))

  describe('a socket from a page that is not ours', () => {
    test('attack 1: a foreign origin gets no upgrade', async () => {
      const answer = await upgrade('https://evil.example')
      refused(answer)
      expect(answer.closed || /connection: close/i.test(answer.head)).toBe(true)
    })

    test.each(['GET', 'POST'])('attack 2: %s polling from a foreign origin gets nothing', async (method) => {
      const target = '/socket.io/?EIO=4&transport=polling&sid=abcdefghijklmnop'
      const headers: [string, string][] = [
        ['Host', victim.host()],
        ['Origin', 'https://evil.example'],
        ['Content-Length', '0'],
      ]
      refused(await rawRequest(victim.port(), requestText(target, headers, method)))
    })

    test('attack 3: the origin "null" of a sandboxed frame is refused', async () => refused(await upgrade('null')))

    test('attack 4: the front door, which is the same site, is another origin', async () =>
      refused(await upgrade(`http://localhost:${victim.product().frontDoorPort}`)))

    test.each([
      (port: number) => `http://localhost:${port}.evil.example`,
      (port: number) => `http://xlocalhost:${port}`,
      (port: number) => `http://127.0.0.1.nip.io:${port}`,
      (port: number) => `http://localhost:${port}@evil.example`,
    ])('attack 5: a name that only looks like ours is refused (%#)', async (origin) =>
      refused(await upgrade(origin(victim.port()))),
    )

    test.each([
      (port: number) => `https://localhost:${port}`,
      () => 'http://localhost',
      (port: number) => `ws://localhost:${port}`,
    ])('attack 6: another scheme or port is another origin (%#)', async (origin) =>
      refused(await upgrade(origin(victim.port()))),
    )

    test('attack 7: a rebound name is refused although Host and Origin agree', async () => {
      const evil = `evil.example:${victim.port()}`
      refused(await upgrade(`http://${evil}`, evil))
    })

    test('our own origin gets its upgrade, under every loopback name', async () => {
      for (const name of ['localhost', '127.0.0.1', '[::1]']) {
        const host = `${name}:${victim.port()}`
        expect((await upgrade(`http://${host}`, host)).status).toBe(101)
      }
    })

    test('a socket without our token hears nothing', async () => {
      const key = Buffer.from([0x81, 0x80 | 30, 0, 0, 0, 0, ...Buffer.from('40{"token":"wrong-wrong-wrong"}')])
      const answer = await rawRequest(
        victim.port(),
        [requestText(SOCKET_TARGET, upgradeHeaders(victim.host(), `http://${victim.host()}`)), key],
        { pauseMs: 100, limitMs: 1_000 },
      )
      expect(answer.body).not.toContain('welcomed')
    })
  })
}
