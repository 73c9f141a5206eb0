import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { capabilities, isAtLeast } from '#lib/front-door/capabilities.ts'
import {
  KEEPALIVE_MIN_TIMEOUT_MS,
  type Rendering,
  renderNginxConfiguration,
  WORKER_SHUTDOWN_TIMEOUT_MS,
} from '#lib/front-door/render.ts'
import { type ConfiguredServer, DEFAULT_POLICY, DEFAULT_SETTINGS, type Policy } from '#lib/protocol/configuration.ts'

const SERVER: ConfiguredServer = {
  ...{ backend: 'a3f9c1d27e04', address: '127.0.0.1:9000', ...DEFAULT_SETTINGS, state: 'in' },
}

const rendering = (changes: Partial<Rendering> = {}): Rendering => ({
  generation: '4f2a91-7',
  upstream: { by: 'list', servers: [] },
  policy: DEFAULT_POLICY,
  capabilities: capabilities('1.30.0'),
  listen: '127.0.0.1:8080',
  ...changes,
})
const withServers = (...servers: Partial<ConfiguredServer>[]): string =>
  renderNginxConfiguration(
    rendering({
      upstream: {
        by: 'list',
        servers: servers.map((server) => ({ ...SERVER, ...server })),
      },
    }),
  )
const serversIn = (text: string): string[] => [...text.matchAll(/^ +(server .*;)$/gm)].map((match) => match[1] ?? '')

describe('what an nginx can be told', () => {
  test.each([
    ['1.22.1', { keepaliveMinTimeout: false, resolve: false }],
    ['1.27.3', { keepaliveMinTimeout: false, resolve: true }],
    ['1.27.4', { keepaliveMinTimeout: true, resolve: true }],
    ['1.30.4', { keepaliveMinTimeout: true, resolve: true }],
    ['2.0.0', { keepaliveMinTimeout: true, resolve: true }],
  ])('%s', (version, expected) => {
    expect(capabilities(version)).toEqual(expected)
  })

  test('versions are compared as numbers', () => {
    expect(isAtLeast('1.9.15', '1.22.0')).toBe(false)
    expect(isAtLeast('1.22', '1.22.0')).toBe(true)
    expect(isAtLeast('1.100.0', '1.22.0')).toBe(true)
  })

  test('a directive that an older nginx lacks is left out, nothing else', () => {
    const lines = (version: string): string[] =>
      renderNginxConfiguration(rendering({ capabilities: capabilities(version) })).split('\n')
    const older = lines('1.22.1')
    expect(lines('1.30.0').filter((line) => !older.includes(line) && line !== '' && !line.includes('#'))).toEqual([
      '  keepalive_min_timeout 5s;',
    ])
  })
})

describe('the list', () => {
  test('always says max_fails and fail_timeout, since the default shuns a slow starter for 10 s', () => {
    expect(serversIn(withServers({}, { address: '127.0.0.1:9001', weight: 5 }))).toEqual([
      'server 127.0.0.1:9000 max_fails=1 fail_timeout=2s;',
      'server 127.0.0.1:9001 weight=5 max_fails=1 fail_timeout=2s;',
    ])
  })

  test('marks one that is down, for weight=0 is refused', () => {
    expect(serversIn(withServers({ state: 'down' }))).toEqual([
      'server 127.0.0.1:9000 max_fails=1 fail_timeout=2s down;',
    ])
  })

  test('that is empty holds one placeholder, for an empty group is refused', () => {
    expect(serversIn(withServers())).toEqual(['server 127.0.0.1:1 down;'])
  })

  test('takes IPv6 addresses in brackets', () => {
    expect(serversIn(withServers({ address: '[fd00::2]:8000' }))[0]).toContain('server [fd00::2]:8000 ')
  })

  test('by name needs an nginx that resolves', () => {
    const upstream = { by: 'name', host: 'backend', port: 8000, resolver: '127.0.0.11' } as const
    expect(() => renderNginxConfiguration(rendering({ upstream, capabilities: capabilities('1.22.1') }))).toThrow(
      '1.27.3',
    )
  })

  test('by name is the file that the Compose front door starts with', () => {
    const text = renderNginxConfiguration(
      rendering({
        generation: 'dns-0',
        listen: '8080',
        upstream: { by: 'name', host: 'backend', port: 8000, resolver: '127.0.0.11' },
      }),
    )
    expect(text).toBe(readFileSync(new URL('../../../deploy/front-door/nginx.conf', import.meta.url), 'utf8'))
  })
})

describe('the frame around it', () => {
  const text = withServers({})

  test.each([
    'zone backend 512k;',
    'keepalive 32;',
    'keepalive_timeout 4s;',
    'access_log off;',
    'proxy_http_version 1.1;',
    'proxy_set_header Connection "";',
    'proxy_connect_timeout 500ms;',
    'proxy_read_timeout 3s;',
    'proxy_next_upstream error timeout;',
    'proxy_next_upstream_tries 3;',
    'proxy_next_upstream_timeout 7s;',
    'add_header X-Upstream-Addr $upstream_addr always;',
    'add_header X-Upstream-Status $upstream_status always;',
    'add_header X-Upstream-Response-Time $upstream_response_time always;',
    'add_header X-Upstream-Header-Time $upstream_header_time always;',
    'add_header X-Upstream-Connect-Time $upstream_connect_time always;',
    'add_header X-Front-Door-Generation 4f2a91-7 always;',
    'listen 127.0.0.1:8080;',
  ])('says "%s"', (directive) => {
    expect(text.split('\n').map((line) => line.trim())).toContain(directive)
  })

  test('adds headers in one place only: a location with its own would lose the others', () => {
    const [, ...locations] = text.split(/location /)
    expect(locations).toHaveLength(3)
    expect(locations.join('')).not.toContain('add_header')
  })

  test('lets old workers live longer than a kept connection and than all attempts of a request', () => {
    expect(WORKER_SHUTDOWN_TIMEOUT_MS).toBeGreaterThan(KEEPALIVE_MIN_TIMEOUT_MS)
    expect(WORKER_SHUTDOWN_TIMEOUT_MS).toBeGreaterThanOrEqual(
      DEFAULT_POLICY.nextUpstreamTimeoutMs + DEFAULT_POLICY.readTimeoutMs,
    )
  })
})

describe('nothing unchecked reaches the text', () => {
  const hostile = [
    '',
    ';',
    '\n',
    '} server { listen 1; }',
    '$host',
    '"',
    '#',
    ' ',
    'include /etc/passwd',
    '../../x',
    '\0',
  ]

  test.each(hostile)('%j as an address', (address) => {
    expect(() => withServers({ address })).toThrow(RangeError)
    expect(() => withServers({ address: `127.0.0.1:80${address || '00000'}` })).toThrow(RangeError)
  })

  test.each(hostile)('%j as a generation, a place to listen, a host or a resolver', (value) => {
    const name = { by: 'name', host: 'backend', port: 8000, resolver: '127.0.0.11' } as const
    const changes: Partial<Rendering>[] = [
      { generation: value },
      { listen: value },
      { upstream: { ...name, host: value } },
      { upstream: { ...name, resolver: value } },
    ]
    for (const change of changes) expect(() => renderNginxConfiguration(rendering(change))).toThrow(RangeError)
  })

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1001])('%d as a weight', (weight) => {
    expect(() => withServers({ weight })).toThrow(RangeError)
  })

  test.each(Object.keys(DEFAULT_POLICY))('a policy with a %s out of its bounds', (key) => {
    for (const value of [-1, Number.NaN, 1e12, 0.5, '1; }' as unknown as number]) {
      const policy: Policy = { ...DEFAULT_POLICY, [key]: value }
      expect(() => renderNginxConfiguration(rendering({ policy }))).toThrow(RangeError)
    }
  })

  test('an address twice', () => {
    expect(() => withServers({}, {})).toThrow('once')
  })
})
