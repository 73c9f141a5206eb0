import { type ConfiguredServer, DEFAULT_SETTINGS, type Policy } from '#lib/protocol/configuration.ts'
import {
  ATTEMPT_HEADERS,
  FAVICON_MAX_AGE_S,
  FAVICON_PATH,
  GENERATION_HEADER,
  GENERATION_PATTERN,
  HEALTH_PATH,
  UPSTREAM_NAME,
} from './answer-headers.ts'
import type { Capabilities } from './capabilities.ts'
import { checkPolicy, checkServers } from './configuration.ts'

/** What the front door balances over: servers that a dashboard lists, or a name whose addresses DNS tells (Docker's own resolver). */
export type Upstream =
  | { by: 'list'; servers: readonly ConfiguredServer[] }
  | { by: 'name'; host: string; port: number; resolver: string }

export type Rendering = {
  generation: string
  upstream: Upstream
  policy: Policy
  capabilities: Capabilities
  /** `address:port`, or a port alone for every interface of a container. */
  listen: string
}

/** Idle connections to backends, per worker: enough for a burst at the highest concurrency to reuse most of them. */
const KEPT_CONNECTIONS = 32
/** Below the backends' 65 s and below the 5 s of a plain Node server, so that nginx is the one that closes first. */
const KEPT_UPSTREAM_S = 4
/** How long a kept client connection may still bring one more request to an old worker. */
export const KEEPALIVE_MIN_TIMEOUT_MS = 5_000
/** How long an old worker may finish what it has. Longer than KEEPALIVE_MIN_TIMEOUT_MS and than the retries of one request. */
export const WORKER_SHUTDOWN_TIMEOUT_MS = 10_000
const WORKERS = 2

const NAME_HEADING = [
  '# The list by DNS: what the front door runs by while no dashboard writes the list.',
  '# This is what lib/front-door/render.ts writes; a test holds both together.',
]

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const LISTEN = /^(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3}:)?[0-9]{1,5}$/
const RESOLVER = /^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$/

const matching = (what: string, value: string, pattern: RegExp): string => {
  if (!pattern.test(value)) throw new RangeError(`${what} is not one: ${JSON.stringify(value)}`)
  return value
}

/** nginx's own notation; seconds where it takes nothing finer. */
const time = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`)

function serverLines(rendering: Rendering): string[] {
  const { upstream, policy, capabilities } = rendering
  const failures = `max_fails=${policy.maxFails} fail_timeout=${Math.ceil(policy.failTimeoutMs / 1000)}s`
  if (upstream.by === 'name') {
    if (!capabilities.resolve) throw new RangeError('this nginx cannot follow a name: it needs 1.27.3')
    if (!Number.isInteger(upstream.port) || upstream.port < 1 || upstream.port > 65_535)
      throw new RangeError(`a port is a number from 1 to 65535, got ${upstream.port}`)
    return [`server ${matching('a host name', upstream.host, NAME)}:${upstream.port} resolve ${failures};`]
  }
  checkServers(upstream.servers)
  // An empty group is refused; port 1 of loopback is never dialled, as it is down.
  if (upstream.servers.length === 0) return ['server 127.0.0.1:1 down;']
  return upstream.servers.map(({ address, weight, maxConns, backup, state }) => {
    const parameters = [
      ...(weight === DEFAULT_SETTINGS.weight ? [] : [`weight=${weight}`]),
      ...(maxConns === DEFAULT_SETTINGS.maxConns ? [] : [`max_conns=${maxConns}`]),
      failures,
      ...(backup ? ['backup'] : []),
      ...(state === 'in' ? [] : ['down']),
    ]
    return `server ${address} ${parameters.join(' ')};`
  })
}

const resolverLines = (upstream: Upstream): string[] =>
  upstream.by === 'list'
    ? []
    : [
        '  # Docker says 600 s; without valid= a new backend would be found ten minutes late.',
        `  resolver ${matching('a resolver', upstream.resolver, RESOLVER)} valid=1s ipv6=off;`,
        '  resolver_timeout 1s;',
        '',
      ]

const attemptHeaderLines = Object.entries(ATTEMPT_HEADERS).flatMap(([name, variable]) => [
  `    proxy_hide_header ${name};`,
  `    add_header ${name} ${variable} always;`,
])

/**
 * The whole nginx.conf for one generation, for the container's nginx and for one on the PATH alike.
 * Directives: ngx_http_upstream_module, ngx_http_proxy_module, ngx_core_module (worker_shutdown_timeout).
 * Pure. Throws RangeError on any value that is not what it should be: nothing unchecked reaches the text.
 */
export function renderNginxConfiguration(rendering: Rendering): string {
  const { policy, upstream, capabilities } = rendering
  checkPolicy(policy)
  const generation = matching('a generation', rendering.generation, GENERATION_PATTERN)
  const lines = [
    ...(upstream.by === 'name'
      ? NAME_HEADING
      : [`# Generation ${generation}. Written by Robinscope, until the next one.`]),
    "# Paths are relative to nginx's prefix (-p).",
    `worker_processes ${WORKERS};`,
    `worker_shutdown_timeout ${time(WORKER_SHUTDOWN_TIMEOUT_MS)};`,
    'pid nginx.pid;',
    'error_log stderr warn;',
    '',
    'events {',
    '  worker_connections 1024;',
    '}',
    '',
    'http {',
    '  access_log off;',
    '  default_type text/plain;',
    ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path ${name};`),
    '',
    ...(capabilities.keepaliveMinTimeout
      ? [
          '  # After a reload a kept connection may bring one more request instead of being cut.',
          `  keepalive_min_timeout ${time(KEEPALIVE_MIN_TIMEOUT_MS)};`,
          '',
        ]
      : []),
    ...resolverLines(upstream),
    `  upstream ${UPSTREAM_NAME} {`,
    '    # Shared by the workers: without it each would count turns and failures for itself.',
    `    zone ${UPSTREAM_NAME} 512k;`,
    ...serverLines(rendering).map((line) => `    ${line}`),
    `    keepalive ${KEPT_CONNECTIONS};`,
    `    keepalive_timeout ${KEPT_UPSTREAM_S}s;`,
    '  }',
    '',
    '  server {',
    `    listen ${matching('an address to listen on', rendering.listen, LISTEN)};`,
    '    client_max_body_size 16m;',
    '    client_body_buffer_size 64k;',
    '',
    `    add_header ${GENERATION_HEADER} ${generation} always;`,
    `    proxy_hide_header ${GENERATION_HEADER};`,
    ...attemptHeaderLines,
    '',
    '    proxy_http_version 1.1;',
    '    proxy_set_header Connection "";',
    '    proxy_set_header Host $host;',
    `    proxy_connect_timeout ${time(policy.connectTimeoutMs)};`,
    `    proxy_send_timeout ${time(policy.readTimeoutMs)};`,
    `    proxy_read_timeout ${time(policy.readTimeoutMs)};`,
    '    proxy_next_upstream error timeout;',
    `    proxy_next_upstream_tries ${policy.nextUpstreamTries};`,
    `    proxy_next_upstream_timeout ${time(policy.nextUpstreamTimeoutMs)};`,
    '',
    '    location / {',
    `      proxy_pass http://${UPSTREAM_NAME};`,
    '    }',
    '',
    '    # Answered here, or a browser would take every second turn with its icon, and a health check others.',
    `    location = ${FAVICON_PATH} {`,
    `      expires ${FAVICON_MAX_AGE_S}s;`,
    '      return 204;',
    '    }',
    `    location = ${HEALTH_PATH} {`,
    '      expires epoch;',
    '      return 200 "ok\\n";',
    '    }',
    '  }',
    '}',
    '',
  ]
  return lines.join('\n')
}
