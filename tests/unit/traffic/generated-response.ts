import { MAX_BODY_BYTES } from '#lib/protocol/limits.ts'

/** The same numbers for the same seed: uniform in [0, 1). */
export function seeded(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export type GeneratedResponse = {
  isHead: boolean
  pieces: Buffer[]
  /** The server ends the connection after the last piece. */
  thenCloses: boolean
  /** What it is, for the message of a failed comparison. */
  label: string
}

const STATUSES = [200, 200, 200, 201, 202, 203, 206, 301, 400, 404, 418, 429, 500, 502, 503, 504, 599, 777]
const REASONS = ['OK', 'Not Found', '', 'Gr\xfc\xdfe aus \xd6', 'a\tb', 'x'.repeat(200)]
const OPTIONS = ['', '', '', 'keep-alive', 'close', 'Close', 'x-opt, close', 'keep-alive, x-opt']

/** What breaks a legal response. Each is refused by RFC 9112 and by the oracle. */
const BREAKS: [string, (text: string) => string][] = [
  ['bare LF', (text) => text.replace('\r\n', '\n')],
  ['space before colon', (text) => text.replace(/(\r\n[^:\r]+):/, '$1 :')],
  ['zero byte', (text) => text.replace('\r\n\r\n', '\r\nX-Zero: a\0b\r\n\r\n')],
  ['no colon', (text) => text.replace('\r\n\r\n', '\r\nnothing at all\r\n\r\n')],
  ['bad length', (text) => text.replace('\r\n\r\n', '\r\nContent-Length: 1x\r\n\r\n')],
  ['status of letters', (text) => text.replace(/ \d\d\d/, ' 2oo')],
  ['another protocol', (text) => text.replace('HTTP/', 'ICY/')],
  [
    'length beside chunks',
    (text) => text.replace('\r\n\r\n', '\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n'),
  ],
]

/** A response in one of the many forms that RFC 9112 allows, now and then one that it does not, cut into pieces. */
export function generateResponse(seed: number): GeneratedResponse {
  const random = seeded(seed)
  const chance = (share: number): boolean => random() < share
  const below = (count: number): number => Math.floor(random() * count)
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item
  const anyCase = (name: string): string => [...name].map((c) => (chance(0.3) ? c.toUpperCase() : c)).join('')
  // Space after the values of framing fields confuses the oracle, not us: tests/unit/traffic/response-parser.test.ts.
  const field = (name: string, value: string): string => {
    const after = name.startsWith('x-') ? pick(['', '', ' ', ' \t']) : ''
    return `${anyCase(name)}:${pick(['', ' ', '\t ', '  '])}${value}${after}\r\n`
  }
  const someBytes = (length: number): string => Array.from({ length }, () => String.fromCharCode(below(256))).join('')

  const isHttp10 = chance(0.08)
  const isHead = chance(0.1)
  const status = chance(0.06) ? 204 : pick(STATUSES)
  const isEmpty = isHead || status === 204
  const option = pick(OPTIONS)
  const framing = isHttp10
    ? pick(['length', 'end'])
    : pick(['length', 'length', 'chunks', 'chunks', 'end', 'coded end'])
  const size = chance(0.01) ? MAX_BODY_BYTES + below(3) - 1 : chance(0.5) ? below(40) : below(3_000)
  const body = someBytes(size)

  let text = ''
  for (let interim = chance(0.1) ? 1 + below(3) : 0; interim > 0; interim--) {
    text += `HTTP/1.1 ${pick([102, 103])} Wait\r\n${chance(0.5) ? field('link', '</a.css>') : ''}\r\n`
  }
  const headAt = text.length
  text += `HTTP/1.${isHttp10 ? 0 : 1} ${status} ${pick(REASONS)}\r\n`
  const fields = [field('server', 'generated')]
  if (option !== '') fields.push(field('connection', option))
  if (chance(0.7)) fields.push(field('x-backend', pick(['0123456789ab', 'a b', 'caf\xe9', ''])))
  for (let extra = below(6); extra > 0; extra--)
    fields.push(field(`x-extra-${below(1_000)}`, someBytes(below(50)).replace(/[^\x21-\x7e\xa0-\xff]/g, '')))
  if (framing === 'length' && status !== 204) fields.push(field('content-length', `${chance(0.1) ? '00' : ''}${size}`))
  if (framing === 'chunks') fields.push(field('transfer-encoding', pick(['chunked', 'Chunked', 'gzip, chunked'])))
  if (framing === 'coded end') fields.push(field('transfer-encoding', 'x-coded'))
  const ordered = fields.toSorted(() => random() - 0.5)
  text += `${ordered.join('')}\r\n`
  const bodyAt = text.length
  if (!isEmpty) text += framing === 'chunks' ? chunked(body) : body

  function chunked(content: string): string {
    let encoded = ''
    for (let at = 0; at < content.length; ) {
      const piece = content.slice(at, at + 1 + below(chance(0.3) ? 8 : 2_000))
      const digits = `${chance(0.1) ? '0' : ''}${piece.length.toString(16)}`
      encoded += `${chance(0.5) ? digits.toUpperCase() : digits}${chance(0.1) ? ';name=value' : ''}\r\n${piece}\r\n`
      at += piece.length
    }
    const trailers = Array.from({ length: chance(0.2) ? 1 + below(3) : 0 }, () =>
      field(`x-trailer-${below(10)}`, 'sum'),
    )
    return `${encoded}0\r\n${trailers.join('')}\r\n`
  }

  let label = `${isHead ? 'HEAD ' : ''}${status} ${framing} ${size} bytes, connection "${option}"${isHttp10 ? ', HTTP/1.0' : ''}`
  const says = option.toLowerCase()
  let thenCloses =
    says.includes('close') || (isHttp10 && !says.includes('keep-alive')) || (!isEmpty && framing.endsWith('end'))
  if (chance(0.06)) {
    const [name, change] = pick(BREAKS)
    text = text.slice(0, headAt) + change(text.slice(headAt))
    label += `, broken: ${name}`
    thenCloses = true
  } else if (chance(0.05)) {
    // At least the last byte of what must be there is missing.
    text = text.slice(0, chance(0.5) || isEmpty ? below(bodyAt) : bodyAt + below(Math.max(1, text.length - bodyAt)))
    label += ', cut off'
    thenCloses = true
  }
  return { isHead, pieces: cut(Buffer.from(text, 'latin1')), thenCloses, label }

  function cut(bytes: Buffer): Buffer[] {
    const cuts = bytes.length < 300 && chance(0.05) ? bytes.length : below(5)
    const places = Array.from({ length: cuts }, (_, index) => (cuts === bytes.length ? index : below(bytes.length + 1)))
    const edges = [0, ...places.toSorted((a, b) => a - b), bytes.length]
    return edges
      .slice(1)
      .map((edge, index) => bytes.subarray(edges[index], edge))
      .filter((piece) => piece.length > 0)
  }
}
