import { describe, expect, test } from 'vitest'
import {
  COMPLETE,
  CUT_OFF,
  MALFORMED,
  MORE,
  type Progress,
  ResponseParser,
  TOO_LARGE,
} from '#lib/traffic/response-parser.ts'

type Read = { progress: Progress; status: number; body: string; persistent: boolean; backend: string }

/** Feeds a response in pieces of `size` bytes, as a socket would. */
function read(text: string, size = text.length, isHead = false, thenEnds = false): Read {
  const parser = new ResponseParser()
  let backend = ''
  parser.onHead = (head) => {
    backend = head.text(0)
  }
  let body = ''
  parser.onBody = (piece, from, to) => {
    body += piece.toString('latin1', from, to)
  }
  parser.begin(isHead)
  const bytes = Buffer.from(text, 'latin1')
  let progress: Progress = MORE
  for (let at = 0; at < bytes.length && progress === MORE; at += size) {
    const piece = Buffer.from(bytes.subarray(at, at + size))
    progress = parser.take(piece, piece.length)
  }
  if (progress === MORE && thenEnds) progress = parser.end()
  const { status, persistent } = parser.head
  return { progress, status, body, persistent, backend }
}

const LEGAL: [string, string, { status?: number; body?: string; persistent?: boolean }][] = [
  ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', { body: 'hello' }],
  ['a length of 0', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', { body: '' }],
  ['no reason phrase', 'HTTP/1.1 204 \r\n\r\n', { status: 204, body: '' }],
  ['204 with a length', 'HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n', { status: 204, body: '' }],
  ['304 with a length', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', { status: 304, body: '' }],
  [
    'names in any case',
    'HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh:2\r\nCONNECTION:CLOSE\r\n\r\nok',
    { body: 'ok', persistent: false },
  ],
  ['space around values', 'HTTP/1.1 200 OK\r\nContent-Length: \t 2 \t \r\n\r\nok', { body: 'ok' }],
  ['the same length twice', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2, 2\r\n\r\nok', { body: 'ok' }],
  [
    'chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n',
    { body: 'abc0123456789' },
  ],
  [
    'chunks with extensions and trailers',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2;a=b;c="d e"\r\nok\r\n0 ;last\r\nX-Sum: 1\r\nX-B: 2\r\n\r\n',
    { body: 'ok' },
  ],
  [
    'another coding below chunked',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nz\r\n0\r\n\r\n',
    { body: 'z' },
  ],
  [
    'interim answers first',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx',
    { status: 201, body: 'x' },
  ],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', { body: 'ok', persistent: false }],
  [
    'HTTP/1.0 that keeps alive',
    'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok',
    { body: 'ok' },
  ],
  [
    'close among other options',
    'HTTP/1.1 200 OK\r\nConnection: x-thing , close\r\nContent-Length: 0\r\n\r\n',
    { body: '', persistent: false },
  ],
  [
    'a field folded again and again',
    `HTTP/1.1 200 OK\r\nX-Other: a\r\n b\r\n\tc\r\n d\r\nContent-Length:\r\n 2\r\n\r\nok`,
    { body: 'ok' },
  ],
  ['a folded field', 'HTTP/1.1 200 OK\r\nX-Backend: a1b2\r\n c3\r\nContent-Length: 2\r\n\r\nok', { body: 'ok' }],
  [
    'bytes above ASCII',
    'HTTP/1.1 200 Gr\xfc\xdfe\r\nX-A: \xe4\r\nContent-Length: 2\r\n\r\n\xff\x00',
    { body: '\xff\x00' },
  ],
  ['a status without a meaning', 'HTTP/1.1 799 Odd\r\nContent-Length: 0\r\n\r\n', { status: 799, body: '' }],
]

const ILLEGAL: [string, string][] = [
  ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
  ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n'],
  ['a status with letters', 'HTTP/1.1 2x0 OK\r\n\r\n'],
  ['a bare line feed', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  ['a bare carriage return', 'HTTP/1.1 200 OK\r\nX-A: b\rc\r\n\r\n'],
  ['a zero byte in a value', 'HTTP/1.1 200 OK\r\nX-A: b\x00c\r\n\r\n'],
  ['a space before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n'],
  ['a line without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n'],
  ['a field without a name', 'HTTP/1.1 200 OK\r\n: x\r\n\r\n'],
  ['space before the first field', 'HTTP/1.1 200 OK\r\n X-A: b\r\n\r\n'],
  ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
  ['an empty length', 'HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!'],
  ['a length beside chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['chunked twice', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n'],
  ['chunked below another coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip, chunked\r\n\r\n0\r\n\r\n'],
  ['a chunk size that is none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
  ['an empty chunk size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n'],
  ['a chunk longer than its size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n'],
  ['trailers that are none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nno trailer\r\n\r\n'],
  ['an upgrade that nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n'],
]

describe('the response parser', () => {
  test.each(LEGAL)('reads %s, whole and split at every byte', (_, text, expected) => {
    for (const size of [text.length, 1, 2, 3, 7, 16]) {
      const { progress, status, body, persistent } = read(text, size)
      expect({ progress, status, body, persistent }).toEqual({
        progress: COMPLETE,
        status: 200,
        body: '',
        persistent: true,
        ...expected,
      })
    }
  })

  test.each(ILLEGAL)('refuses %s, whole and split at every byte', (_, text) => {
    for (const size of [text.length, 1, 5]) expect(read(text, size).progress).toBe(MALFORMED)
  })

  test('an answer to HEAD has no body whatever its fields say', () => {
    for (const framing of ['Content-Length: 500000', 'Transfer-Encoding: chunked', 'X-A: b']) {
      const { progress, body, persistent } = read(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n`, 4, true)
      expect({ progress, body, persistent }).toEqual({ progress: COMPLETE, body: '', persistent: true })
    }
  })

  test('without length and chunks the body goes on until the connection ends', () => {
    const text = 'HTTP/1.1 200 OK\r\n\r\nso long'
    expect(read(text).progress).toBe(MORE)
    for (const size of [text.length, 1]) {
      expect(read(text, size, false, true)).toMatchObject({ progress: COMPLETE, body: 'so long', persistent: false })
    }
    const coded = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nzzz'
    expect(read(coded, 3, false, true)).toMatchObject({ progress: COMPLETE, body: 'zzz', persistent: false })
  })

  test.each([
    ['in the head', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['before the body is whole', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell'],
    ['among chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n'],
    ['after an interim answer', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['before the first byte', ''],
  ])('a connection that ends %s cuts the answer off', (_, text) => {
    expect(read(text, 3, false, true).progress).toBe(CUT_OFF)
  })

  test('bytes beyond the answer end the connection, not the answer', () => {
    expect(read('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok!')).toMatchObject({
      progress: COMPLETE,
      body: 'ok',
      persistent: false,
    })
  })

  test.each([
    ['a head', `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(4_000)}`],
    ['one field', `HTTP/1.1 200 OK\r\nX-A: ${'b'.repeat(20_000)}`],
    ['trailers', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${'X-A: b\r\n'.repeat(4_000)}`],
    ['interim answers', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_000)],
    ['a body of known length', 'HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n'],
    ['a length beyond counting', `HTTP/1.1 200 OK\r\nContent-Length: ${'9'.repeat(400)}\r\n\r\n`],
    ['a body until the end', `HTTP/1.1 200 OK\r\n\r\n${'b'.repeat(70_000)}`],
    ['chunks', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${`400\r\n${'b'.repeat(1_024)}\r\n`.repeat(65)}`],
    ['a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n'.padEnd(80_000, 'b')],
  ])('%s beyond the bounds is refused as too large', (_, text) => {
    for (const size of [text.length, 1_000]) expect(read(text, size).progress).toBe(TOO_LARGE)
  })

  test('a body of exactly the limit is kept', () => {
    const { progress, body } = read(`HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n${'b'.repeat(65_536)}`, 1_500)
    expect(progress).toBe(COMPLETE)
    expect(body).toHaveLength(65_536)
  })

  test('one response after another, nothing is left of the one before', () => {
    const parser = new ResponseParser()
    const feed = (text: string): Progress => {
      parser.begin(false)
      return parser.take(Buffer.from(text), text.length)
    }
    expect(feed('HTTP/1.1 200 OK\r\nX-Backend: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n')).toBe(
      COMPLETE,
    )
    expect(feed('HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')).toBe(COMPLETE)
    expect([parser.head.status, parser.head.persistent, parser.head.text(0), parser.bodyLength]).toEqual([
      500,
      false,
      '',
      0,
    ])
    expect(feed('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')).toBe(COMPLETE)
    expect(parser.head.persistent).toBe(true)
  })
})
