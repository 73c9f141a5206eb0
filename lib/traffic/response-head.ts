/** What the engine reads of a response's head; the rest is checked and passed over. */
const WANTED = [
  'x-backend',
  'x-upstream-addr',
  'x-upstream-status',
  'x-upstream-response-time',
  'x-upstream-header-time',
  'x-front-door-generation',
] as const
export const BACKEND = 0
export const UPSTREAM_ADDR = 1
export const UPSTREAM_STATUS = 2
export const UPSTREAM_RESPONSE_TIME = 3
export const UPSTREAM_HEADER_TIME = 4
export const GENERATION = 5

export const INCOMPLETE = -1
export const MALFORMED = -2

const CR = 13
const LF = 10
const SPACE = 32
const TAB = 9
const COMMA = 44
const COLON = 58

const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))
const WANTED_BYTES = WANTED.map(ascii)
const CONNECTION = ascii('connection')
const CONTENT_LENGTH = ascii('content-length')
const TRANSFER_ENCODING = ascii('transfer-encoding')
const CLOSE = ascii('close')
const KEEP_ALIVE = ascii('keep-alive')
const CHUNKED = ascii('chunked')
const HTTP_1 = ascii('HTTP/1.')

const IS_TOKEN = new Uint8Array(256)
for (const byte of ascii("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
  IS_TOKEN[byte] = 1
/** RFC 9110 section 5.5: VCHAR, obs-text, space and tab. */
const IS_VALUE = new Uint8Array(256).map((_, byte) => ((byte >= SPACE && byte !== 127) || byte === TAB ? 1 : 0))

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57

/** Letters compare without case; `expected` is in lower case. */
function same(bytes: Uint8Array, from: number, to: number, expected: Uint8Array): boolean {
  if (to - from !== expected.length) return false
  for (let index = 0; index < expected.length; index++) {
    if (((bytes[from + index] as number) | 0x20) !== expected[index]) return false
  }
  return true
}

/** One response head, read in place from the bytes of a socket; used again for every response of a connection. */
export class ResponseHead {
  status = 0
  isHttp10 = false
  /** RFC 9112 section 9.3: what the connection options and the version say together. */
  persistent = true
  /** -1: not said; Infinity: more than can be counted. */
  contentLength = -1
  hasTransferEncoding = false
  /** The final transfer coding is `chunked`. */
  isChunked = false
  /** Where the wanted values lie: valid until the bytes are used again. */
  bytes: Uint8Array = CLOSE
  readonly #spans = new Int32Array(WANTED.length * 2)
  #saysClose = false
  #saysKeepAlive = false
  #isFaulty = false
  #passesOver = false

  from(field: number): number {
    return this.#spans[field * 2] as number
  }

  to(field: number): number {
    return this.#spans[field * 2 + 1] as number
  }

  text(field: number): string {
    return String.fromCharCode(...this.bytes.subarray(this.from(field), this.to(field)))
  }

  /** Reads status line and fields (RFC 9112 sections 4 and 5): the index after the empty line, INCOMPLETE or MALFORMED. */
  read(bytes: Uint8Array, from: number, to: number): number {
    this.status = 0
    this.contentLength = -1
    this.hasTransferEncoding = false
    this.isChunked = false
    this.bytes = bytes
    this.#spans.fill(0)
    this.#saysClose = false
    this.#saysKeepAlive = false
    this.#isFaulty = false
    this.#passesOver = false
    const fields = this.#readStatusLine(bytes, from, to)
    if (fields < 0) return fields
    const after = this.#readFields(bytes, fields, to)
    if (after < 0) return after
    if (this.#isFaulty) return MALFORMED
    this.persistent = !this.#saysClose && (!this.isHttp10 || this.#saysKeepAlive)
    return after
  }

  /** RFC 9112 section 7.1.2: trailers are checked and passed over, none of them means anything here. */
  readTrailers(bytes: Uint8Array, from: number, to: number): number {
    this.#passesOver = true
    return this.#readFields(bytes, from, to)
  }

  /** RFC 9112 section 4. A missing space before an absent reason phrase is let pass, as everybody does. */
  #readStatusLine(bytes: Uint8Array, from: number, to: number): number {
    for (let index = 0; index < HTTP_1.length; index++) {
      if (from + index >= to) return INCOMPLETE
      if (bytes[from + index] !== HTTP_1[index]) return MALFORMED
    }
    let at = from + HTTP_1.length
    if (at + 5 >= to) return INCOMPLETE
    const minor = bytes[at] as number
    if (!isDigit(minor) || bytes[at + 1] !== SPACE) return MALFORMED
    this.isHttp10 = minor === 48
    for (let digitAt = at + 2; digitAt < at + 5; digitAt++) {
      const digit = bytes[digitAt] as number
      if (!isDigit(digit)) return MALFORMED
      this.status = this.status * 10 + digit - 48
    }
    if (this.status < 100) return MALFORMED
    at += 5
    if (bytes[at] !== SPACE && bytes[at] !== CR) return MALFORMED
    while (at < to && IS_VALUE[bytes[at] as number] === 1) at++
    if (at + 1 >= to) return at < to && bytes[at] !== CR ? MALFORMED : INCOMPLETE
    return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : MALFORMED
  }

  /** RFC 9112 sections 5, 5.1 (no space before the colon) and 5.2 (a folded line is read as one, its break as spaces). */
  #readFields(bytes: Uint8Array, from: number, to: number): number {
    let at = from
    for (;;) {
      const nameFrom = at
      while (at < to && IS_TOKEN[bytes[at] as number] === 1) at++
      if (at >= to) return INCOMPLETE
      if (at === nameFrom) {
        if (bytes[at] !== CR) return MALFORMED
        if (at + 1 >= to) return INCOMPLETE
        return bytes[at + 1] === LF ? at + 2 : MALFORMED
      }
      if (bytes[at] !== COLON) return MALFORMED
      const nameTo = at++
      for (;;) {
        while (at < to && IS_VALUE[bytes[at] as number] === 1) at++
        if (at >= to) return INCOMPLETE
        if (bytes[at] !== CR) return MALFORMED
        if (at + 2 >= to) return INCOMPLETE
        if (bytes[at + 1] !== LF) return MALFORMED
        const next = bytes[at + 2]
        if (next !== SPACE && next !== TAB) break
        bytes[at] = SPACE
        bytes[at + 1] = SPACE
      }
      if (!this.#passesOver) this.#take(bytes, nameFrom, nameTo, nameTo + 1, at)
      at += 2
    }
  }

  #take(bytes: Uint8Array, nameFrom: number, nameTo: number, rawFrom: number, rawTo: number): void {
    const length = nameTo - nameFrom
    // No wanted name has another length, and most fields stop here.
    if (length !== 9 && length !== 10 && length !== 14 && length !== 15 && length !== 17 && length < 22) return
    let from = rawFrom
    let to = rawTo
    while (from < to && (bytes[from] === SPACE || bytes[from] === TAB)) from++
    while (to > from && (bytes[to - 1] === SPACE || bytes[to - 1] === TAB)) to--
    for (let field = 0; field < WANTED_BYTES.length; field++) {
      if (same(bytes, nameFrom, nameTo, WANTED_BYTES[field] as Uint8Array)) {
        this.#spans[field * 2] = from
        this.#spans[field * 2 + 1] = to
        return
      }
    }
    if (same(bytes, nameFrom, nameTo, CONNECTION)) this.#takeList(bytes, from, to, false)
    else if (same(bytes, nameFrom, nameTo, CONTENT_LENGTH)) this.#takeContentLength(bytes, from, to)
    else if (same(bytes, nameFrom, nameTo, TRANSFER_ENCODING)) {
      this.hasTransferEncoding = true
      this.#takeList(bytes, from, to, true)
    }
  }

  /** RFC 9112 sections 9.6 (connection options) and 6.1 (transfer codings: `chunked` once, and last). */
  #takeList(bytes: Uint8Array, from: number, to: number, isCodings: boolean): void {
    let start = from
    for (let at = from; at <= to; at++) {
      if (at < to && bytes[at] !== COMMA) continue
      let end = at
      while (start < end && (bytes[start] === SPACE || bytes[start] === TAB)) start++
      while (end > start && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--
      if (end > start) {
        if (isCodings) {
          if (this.isChunked) this.#isFaulty = true
          this.isChunked = same(bytes, start, end, CHUNKED)
        } else if (same(bytes, start, end, CLOSE)) this.#saysClose = true
        else if (same(bytes, start, end, KEEP_ALIVE)) this.#saysKeepAlive = true
      }
      start = at + 1
    }
  }

  /** RFC 9112 section 6.3, item 5: digits only; said more than once it must be the same every time. */
  #takeContentLength(bytes: Uint8Array, from: number, to: number): void {
    let value = 0
    let digits = 0
    for (let at = from; at <= to; at++) {
      const byte = at < to ? (bytes[at] as number) : COMMA
      if (isDigit(byte)) {
        value = value * 10 + byte - 48
        digits++
      } else if (byte === COMMA && digits > 0) {
        if (this.contentLength >= 0 && this.contentLength !== value) this.#isFaulty = true
        this.contentLength = value
        value = 0
        digits = 0
        while (at + 1 < to && (bytes[at + 1] === SPACE || bytes[at + 1] === TAB)) at++
      } else {
        this.#isFaulty = true
        return
      }
    }
  }
}
