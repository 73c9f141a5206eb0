import { describe, expect, test } from 'vitest'
import { readSettings } from '#lib/config/settings.ts'
import { expectRefused, overHttp, overSocket } from './commands.ts'
import { expectNoWayOut } from './listening-attacks.ts'
import type { Victim } from './victim.ts'

/** By number of the attack. A burst has no target of its own: it goes to the front door, so each must be refused wherever it is put. */
const TARGETS: Record<number, (ownPort: number) => string[]> = {
  46: () => [
    'http://169.254.169.254/',
    'http://metadata.google.internal/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/',
  ],
  47: () => [
    ...['http://192.168.65.7:2375/', 'http://host.docker.internal:2375/', 'http://172.17.0.1:2375/'],
    'unix:/var/run/docker.sock',
  ],
  48: () => ['file:///etc/passwd', 'ftp://x/', 'gopher://x/', 'data:text/plain,x', 'javascript:alert(1)'],
  49: (ownPort) => [`http://localhost:${ownPort}/`, `http://127.0.0.1:${ownPort}/api/bursts`],
  50: () => [
    ...['http://0x7f.1', 'http://2130706433', 'http://127.1', 'http://[::ffff:169.254.169.254]'],
    ...['http://localhost:8080\\@evil', 'http://a@evil', 'http://evil#@localhost', '//evil.example/', 'http:\\\\evil'],
  ],
}
const KEYS = ['target', 'url', 'host', 'frontDoor', 'proxy']
const ROUTING_HEADERS = [
  'host',
  'connection',
  'transfer-encoding',
  'content-length',
  'x-forwarded-host',
  'upgrade',
  'expect',
]
const SPLITTING = [
  '/a b',
  '/a\r\nHost: evil',
  '/a\nX: y',
  '/\u0000',
  '/\u007f',
  '/ä',
  '',
  'a',
  '*',
  `/${'x'.repeat(2_000)}`,
  `/${'x'.repeat(1_000_000)}`,
]
const SPLITTING_VALUES = ['a\r\nHost: evil', 'a\nb', 'a\u0000b', 'x'.repeat(1_001)]

export function targetAttacks(victim: Victim): void {
  const refusedEverywhere = async (burst: object): Promise<void> => {
    const body = JSON.stringify(burst)
    expectRefused(await overHttp(victim, 'POST', '/api/bursts', body), ['malformed', 'out-of-bounds', 'too-long'])
    // A message above the bound ends its socket (attack 22).
    if (body.length < 16_000) expectRefused(await overSocket(victim, 'burst:start', burst))
  }

  describe('a burst at something else than the front door', () => {
    for (const [number, targets] of Object.entries(TARGETS))
      test(`attack ${number}: every form of it is refused before a connection is opened`, async () => {
        for (const target of targets(victim.port())) {
          for (const key of KEYS) await refusedEverywhere({ requests: 1, [key]: target })
          await refusedEverywhere({ requests: 1, path: target })
          await refusedEverywhere({ requests: 1, headers: { host: target } })
        }
        expectNoWayOut(victim)
      })

    test('attack 48: the engine and the front door are named by settings, which refuse what is neither', () => {
      for (const url of TARGETS[48]?.(0) ?? [])
        expect(() => readSettings({ DOCKER_HOST: url }, [])).toThrow('DOCKER_HOST')
      for (const hostile of ['http://169.254.169.254', 'a@b:80', 'unix:/x', 'front-door:8080/x', 'x:999999'])
        expect(() => readSettings({ ROBINSCOPE_FRONT_DOOR: hostile }, [])).toThrow('ROBINSCOPE_FRONT_DOOR')
    })

    test.each(ROUTING_HEADERS)('attack 53: the header %s is not for a client to set', (name) =>
      refusedEverywhere({ requests: 1, headers: { [name]: 'x' } }),
    )

    test('attack 53: a path or header value that would split a request is refused', async () => {
      for (const path of SPLITTING) await refusedEverywhere({ requests: 1, path })
      for (const value of SPLITTING_VALUES) await refusedEverywhere({ requests: 1, headers: { 'x-a': value } })
      await refusedEverywhere({ requests: 1, headers: { 'x-a\r\nhost': 'evil' } })
    })
  })
}

/** Bursts that are sent: a path goes to the front door as it is, whatever a URL parser would make of it. */
export function pathAttacks(victim: Victim): void {
  test.each(['/\\@evil', '/@evil', '/a@evil:80/', '/?u=http://169.254.169.254/', '/..//..//'])(
    'attack 50: the path %s reaches the front door and nothing else',
    async (path) => {
      expect(await victim.product().api.run({ requests: 1, path })).toMatchObject({ sent: 1, inFlight: 0, timedOut: 0 })
      expectNoWayOut(victim)
    },
  )
}
