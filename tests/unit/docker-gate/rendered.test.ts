import { describe, expect, it } from 'vitest'
import { whyNotConfiguration } from '#lib/docker-gate/nginx-directives.ts'
import { capabilities } from '#lib/front-door/capabilities.ts'
import { renderNginxConfiguration, type Upstream } from '#lib/front-door/render.ts'
import { type ConfiguredServer, DEFAULT_POLICY, type Policy } from '#lib/protocol/configuration.ts'
import { NGINX_FILE } from './configurations.ts'

const VERSIONS = ['1.22.1', '1.27.3', '1.30.0']
const BY_NAME: Upstream = { by: 'name', host: 'backend', port: 8000, resolver: '127.0.0.11' }

const server = (index: number, changes: Partial<ConfiguredServer> = {}): ConfiguredServer => ({
  ...{ backend: index.toString(16).padStart(12, '0'), address: `10.0.0.${index}:8000` },
  ...{ weight: 1, maxConns: 0, backup: false, state: 'in' },
  ...changes,
})
const servers = (count: number): ConfiguredServer[] => Array.from({ length: count }, (_, index) => server(index + 1))
const LISTS: Readonly<Record<string, ConfiguredServer[]>> = {
  'no server': [],
  'one server': servers(1),
  'fifty servers': servers(50),
  weights: [server(1, { weight: 1000 }), server(2, { weight: 7 })],
  'limits of connections': [server(1, { maxConns: 10_000 }), server(2)],
  'a backup': [server(1), server(2, { backup: true })],
  'servers that are down or drain': [server(1), server(2, { state: 'down' }), server(3, { state: 'draining' })],
  'an IPv6 server': [server(1, { address: '[fd00::1]:8000' })],
}
const POLICIES: readonly Policy[] = [
  DEFAULT_POLICY,
  {
    ...{ ...DEFAULT_POLICY, maxFails: 1000, failTimeoutMs: 3_600_000, connectTimeoutMs: 75_000 },
    ...{ readTimeoutMs: 3_600_000, nextUpstreamTries: 100, nextUpstreamTimeoutMs: 3_600_000 },
  },
  {
    ...DEFAULT_POLICY,
    maxFails: 0,
    connectTimeoutMs: 1,
    readTimeoutMs: 1,
    nextUpstreamTries: 0,
    nextUpstreamTimeoutMs: 0,
  },
]

const rendered = (upstream: Upstream, policy: Policy, version: string): string =>
  renderNginxConfiguration({
    ...{ generation: '4f2a91-123456789', upstream, policy, capabilities: capabilities(version), listen: '8080' },
  })

describe('whatever the renderer writes for the Compose project may go into the volume', () => {
  it.each(Object.entries(LISTS))('with %s', (_what, list) => {
    for (const policy of POLICIES)
      for (const version of VERSIONS)
        expect(whyNotConfiguration(rendered({ by: 'list', servers: list }, policy, version))).toBeNull()
  })

  it('by name', () => {
    for (const policy of POLICIES) expect(whyNotConfiguration(rendered(BY_NAME, policy, '1.30.0'))).toBeNull()
    expect(rendered(BY_NAME, DEFAULT_POLICY, '1.30.0').split('\n').length).toBe(NGINX_FILE.split('\n').length)
  })

  it('and what it writes for a front door that is not in a container may not: it listens elsewhere', () => {
    const text = rendered({ by: 'list', servers: servers(2) }, DEFAULT_POLICY, '1.30.0')
    expect(whyNotConfiguration(text.replace('listen 8080', 'listen 127.0.0.1:8080'))).not.toBeNull()
  })
})
