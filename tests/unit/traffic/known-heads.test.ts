import { expect, test } from 'vitest'
import { KnownHeads } from '#lib/traffic/known-heads.ts'
import { BACKEND, GENERATION, ResponseHead } from '#lib/traffic/response-head.ts'
import { seeded } from './generated-response.ts'

const LINES = [
  'HTTP/1.1 200 OK',
  'Server: nginx',
  'Connection: keep-alive',
  'Content-Length: 12',
  'X-Backend: a3f9c1d27e04',
  'X-Upstream-Addr: 127.0.0.1:40001, 127.0.0.1:40002',
  'X-Upstream-Status: 502, 200',
  'X-Upstream-Header-Time: -, 0.001',
  'X-Front-Door-Generation: 9f3a-17',
]
const HEAD = Buffer.from(`${LINES.join('\r\n')}\r\n\r\n`, 'latin1')
const BYTES = Buffer.from(' \t\r\n:,.-aA0159\x00\x7f\xff', 'latin1')

const meaning = (head: ResponseHead, bytes: Buffer) => {
  const after = head.read(bytes, 0, bytes.length)
  if (after < 0) return { after }
  const { status, isHttp10, persistent, contentLength, codings } = head
  const values = Array.from({ length: GENERATION - BACKEND + 1 }, (_, field) => head.text(field))
  return { after, status, isHttp10, persistent, contentLength, codings: [...codings], values }
}

test('a head that is like the one before it means what it means alone', () => {
  const random = seeded(8)
  const below = (count: number): number => Math.floor(random() * count)
  const used = new ResponseHead()
  let likeIt = 0
  for (let round = 0; round < 20_000; round++) {
    for (let times = 0; times < 3; times++) meaning(used, Buffer.from(HEAD))
    // Several in a row, since what the first one left behind must not show in the next.
    for (let row = 0; row < 3; row++) {
      const changed = Buffer.from(HEAD)
      for (let times = below(4); times > 0; times--) {
        changed[below(changed.length)] = BYTES[below(BYTES.length)] as number
      }
      const bytes = below(10) === 0 ? changed.subarray(0, below(changed.length)) : changed
      const alone = meaning(new ResponseHead(), Buffer.from(bytes))
      const after = meaning(used, bytes)
      if (alone.after === HEAD.length) likeIt++
      if (JSON.stringify(after) !== JSON.stringify(alone))
        expect(after, JSON.stringify(changed.toString('latin1'))).toEqual(alone)
    }
  }
  expect(likeIt).toBeGreaterThan(10_000)
})

test('connections that share what they know read their own values', () => {
  const known = new KnownHeads()
  const heads = [new ResponseHead(known), new ResponseHead(known)]
  const other = Buffer.from(HEAD.toString('latin1').replace('a3f9c1d27e04', '0b1c2d3e4f50'), 'latin1')
  for (let times = 0; times < 3; times++) for (const head of heads) meaning(head, Buffer.from(HEAD))
  const said = heads.map((head, index) => meaning(head, index === 0 ? other : Buffer.from(HEAD)))
  expect(said.map(({ values }) => values?.[BACKEND])).toEqual(['0b1c2d3e4f50', 'a3f9c1d27e04'])
  // What a head that is read anew says must not change what the others have been told.
  meaning(heads[0] as ResponseHead, Buffer.from('HTTP/1.0 404 Not Found\r\nX-Backend: x\r\n\r\n', 'latin1'))
  expect(heads[1]?.text(GENERATION)).toBe('9f3a-17')
  expect(heads[1]?.status).toBe(200)
})

test('a head is read wherever it lies in memory', () => {
  const used = new ResponseHead()
  for (let times = 0; times < 3; times++) meaning(used, Buffer.from(HEAD))
  const memory = Buffer.alloc(HEAD.length + 3)
  for (let offset = 0; offset < 4; offset++) {
    const bytes = memory.subarray(offset, offset + HEAD.length)
    HEAD.copy(bytes)
    expect(meaning(used, bytes)).toEqual(meaning(new ResponseHead(), Buffer.from(HEAD)))
  }
})

test('what one of another shape says is not taken for what the last one said', () => {
  const used = new ResponseHead()
  for (let times = 0; times < 3; times++) meaning(used, Buffer.from(HEAD))
  const closes = Buffer.from(HEAD.toString('latin1').replace('keep-alive', 'close     '), 'latin1')
  expect(meaning(used, closes)).toMatchObject({ persistent: false })
  used.persistent = false
  expect(meaning(used, Buffer.from(HEAD))).toMatchObject({ persistent: true })
})
