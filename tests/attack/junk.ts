/** Senseless input, but near enough to what makes sense to get past the first check now and then. */
export type Junk = {
  chance(share: number): boolean
  below(end: number): number
  bytes(most: number): Buffer
  /** An engine.io message. */
  packet(): string
  /** A call of the API with a body that it will hardly take. */
  call(): { method: string; target: string; body: Buffer }
  /** A whole request head, with most of it wrong. */
  head(host: string): Buffer
}

const COMMANDS = [
  'burst:start',
  'burst:cancel',
  'burst:edit',
  'cluster:scale',
  'cluster:follow-deaths',
  'backend:read-ledger',
  'frame:taken',
  'error',
  '__proto__',
]
const KEYS = [
  'requests',
  'durationMs',
  'concurrency',
  'ratePerSecond',
  'method',
  'path',
  'headers',
  'body',
  'id',
  'replicas',
  'backend',
  'burst',
  '__proto__',
  'constructor',
]
const WORDS = [
  '',
  'x',
  'GET',
  '/',
  '//',
  'b1',
  '\u0000',
  '\ud800',
  '"><script>',
  '../',
  '%2e',
  '€',
  'NaN',
  'x'.repeat(3_000),
]
const NUMBERS = [-1, 0.5, -0, 1e308, 2 ** 53, 1_000_001, 20_001, 257, 51, Number.MAX_SAFE_INTEGER]
const CALLS = [
  ...[
    'POST /api/bursts',
    'PATCH /api/bursts/b1',
    'DELETE /api/bursts/b1',
    'PUT /api/cluster/replicas',
    'PATCH /api/cluster',
  ],
  ...[
    'PUT /api/cluster/replicas?waitMs=x',
    'POST /api/bursts?a=%',
    'GET /api/bursts/b1?waitMs=-1',
    'POST /api/nothing',
    'POST /',
  ],
]
const METHODS = ['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'G', 'get', 'CONNECT']
const TARGETS = [
  '/',
  '/api/cluster',
  '/%',
  '/%00',
  '/../',
  '//',
  '*',
  'http://x/',
  '/socket.io/?EIO=4',
  '/_next/static/x',
  `/${'a'.repeat(5_000)}`,
  '/?_rsc=1',
  '/metrics',
]
const LINES = [
  ...[
    'Transfer-Encoding: chunked',
    'Content-Length: -1',
    'Content-Length: 99999999999999',
    'Expect: 100-continue',
    'Connection: Upgrade',
  ],
  ...[
    'Upgrade: websocket',
    'Upgrade: h2c',
    'Sec-WebSocket-Key: x',
    'Sec-WebSocket-Version: 99',
    ': x',
    'X',
    'Host: evil',
    'Origin: null',
  ],
  ...[
    'Range: bytes=0-1,5-9',
    'If-None-Match: *',
    'Accept: text/html',
    'RSC: 1',
    'Next-Action: x',
    'Cookie: a=b',
    'Accept-Encoding: gzip;q=x',
  ],
]

export function junkOf(random: () => number): Junk {
  const below = (end: number): number => Math.floor(random() * end)
  const chance = (share: number): boolean => random() < share
  const one = <Value>(values: readonly Value[], otherwise: Value): Value => values[below(values.length)] ?? otherwise
  const bytes = (most: number): Buffer => Buffer.from(Array.from({ length: below(most) }, () => below(256)))

  const value = (depth = 0): unknown => {
    const kind = below(depth > 3 ? 4 : 7)
    if (kind === 0) return one(WORDS, '')
    if (kind === 1) return one(NUMBERS, -1)
    if (kind === 2) return chance(0.5) ? null : chance(0.5)
    if (kind === 3) return bytes(30).toString('latin1')
    if (kind === 4) return Array.from({ length: below(5) }, () => value(depth + 1))
    return Object.fromEntries(Array.from({ length: below(5) }, () => [one(KEYS, 'x'), value(depth + 1)]))
  }
  /** A few bytes changed, left out or doubled. */
  const broken = (text: string): string => {
    let result = text
    for (let changes = below(3); changes > 0; changes--) {
      const at = below(result.length + 1)
      result = result.slice(0, at) + (chance(0.5) ? String.fromCharCode(below(256)) : '') + result.slice(at + below(3))
    }
    return result
  }
  return {
    ...{ chance, below, bytes },
    packet() {
      const kind = below(8)
      if (kind === 0) return bytes(100).toString('latin1')
      if (kind === 1) return `${below(10)}${below(10)}${below(1_000)}-${JSON.stringify(value())}`
      const number = chance(0.7) ? below(1_000) : ''
      return broken(`42${number}${JSON.stringify([one(COMMANDS, 'x'), value(), ...(chance(0.1) ? [value()] : [])])}`)
    },
    call() {
      const [method = '', target = ''] = one(CALLS, 'POST /').split(' ')
      const body = chance(0.1) ? bytes(500) : Buffer.from(broken(JSON.stringify(value())))
      return { method, target, body }
    },
    head(host) {
      if (chance(0.2)) return bytes(400)
      const version = chance(0.9) ? 'HTTP/1.1' : one(['HTTP/1.0', 'HTTP/2.0', 'HTTP/9', ''], '')
      const lines = Array.from({ length: below(5) }, () =>
        chance(0.8) ? one(LINES, '') : bytes(60).toString('latin1'),
      )
      const text = [`${one(METHODS, 'GET')} ${one(TARGETS, '/')} ${version}`, `Host: ${host}`, ...lines, '', ''].join(
        '\r\n',
      )
      return Buffer.from(chance(0.3) ? broken(text) : text, 'latin1')
    },
  }
}
