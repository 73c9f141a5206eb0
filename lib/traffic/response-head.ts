import {
  endOfLine,
  INCOMPLETE,
  IS_TOKEN,
  IS_VALUE,
  isBlank,
  isDigit,
  latin1,
  MALFORMED,
  members,
  same,
} from './field-bytes.ts'
import { KnownHeads } from './known-heads.ts'

/** What the engine reads of a head, by place in this list; all else is checked and passed over. */
const NAMES = [
  'x-backend',
  'x-upstream-addr',
  'x-upstream-status',
  'x-upstream-response-time',
  'x-upstream-header-time',
  'x-front-door-generation',
  'connection',
  'content-length',
  'transfer-encoding',
].map((name) => Uint8Array.from(Buffer.from(name, 'latin1')))
export const BACKEND = 0
export const UPSTREAM_ADDR = 1
export const UPSTREAM_STATUS = 2
export const UPSTREAM_RESPONSE_TIME = 3
export const UPSTREAM_HEADER_TIME = 4
export const GENERATION = 5
const CONNECTION = 6
const CONTENT_LENGTH = 7
/** The places of those of one length, by that length: most fields are known by it to be of no interest. */
const OF_LENGTH = Array.from({ length: 1 + Math.max(...NAMES.map(({ length }) => length)) }, (_, length) =>
  NAMES.flatMap((name, field) => (name.length === length ? [field] : [])),
)

const CR = 13
const LF = 10
const SPACE = 32
const COLON = 58
const NO_CODINGS: readonly string[] = []
const HTTP_1 = Uint8Array.from(Buffer.from('HTTP/1.', 'latin1'))
const KEEP_ALIVE = Uint8Array.from(Buffer.from('keep-alive', 'latin1'))

/**
 * One response head, read in place from the bytes of a socket; used again for every response of a connection.
 * Connections to the same target may share what they know of heads.
 */
export class ResponseHead {
  status = 0
  isHttp10 = false
  /** Whether the connection can be used again: RFC 9112 section 9.3. */
  persistent = true
  /** -1: not said. */
  contentLength = -1
  /** Transfer codings in the order of their application, RFC 9112 section 6.1. */
  codings: readonly string[] = NO_CODINGS
  /** Where the values lie: as long as the bytes are not used again. */
  bytes: Uint8Array = HTTP_1
  readonly #known: KnownHeads
  readonly #ownSpans = new Int32Array(NAMES.length * 2)
  /** Its own, or those of a known head, which stay as they are. */
  #spans: Int32Array = this.#ownSpans
  #saysClose = false
  #saysKeepAlive = false
  #isFaulty = false

  constructor(known = new KnownHeads()) {
    this.#known = known
  }

  from(field: number): number {
    return this.#spans[field * 2] as number
  }

  to(field: number): number {
    return this.#spans[field * 2 + 1] as number
  }

  text(field: number): string {
    return latin1(this.bytes, this.from(field), this.to(field))
  }

  /** Status line and fields (RFC 9112 sections 4 and 5): the index after the empty line, INCOMPLETE or MALFORMED. */
  read(bytes: Uint8Array, from: number, to: number): number {
    this.bytes = bytes
    const known = from === 0 ? this.#known.find(bytes, to) : null
    if (known === null) return this.#readAnew(bytes, from, to)
    const { meaning } = known
    this.status = meaning.status
    this.isHttp10 = meaning.isHttp10
    this.persistent = meaning.persistent
    this.contentLength = meaning.contentLength
    this.codings = meaning.codings
    this.#spans = meaning.spans
    return known.length
  }

  #readAnew(bytes: Uint8Array, from: number, to: number): number {
    this.contentLength = -1
    this.codings = NO_CODINGS
    this.#spans = this.#ownSpans.fill(0)
    this.#saysClose = false
    this.#saysKeepAlive = false
    this.#isFaulty = false
    for (let index = 0; index < HTTP_1.length && from + index < to; index++) {
      if (bytes[from + index] !== HTTP_1[index]) return MALFORMED
    }
    const end = endOfLine(bytes, from, to)
    if (end < 0) return end
    if (!this.#readStatusLine(bytes, from + HTTP_1.length, end)) return MALFORMED
    const after = this.#readFields(bytes, end + 2, to, false)
    if (this.#isFaulty && after >= 0) return MALFORMED
    this.persistent = !this.#saysClose && (!this.isHttp10 || this.#saysKeepAlive)
    if (after >= 0 && from === 0) {
      const { status, isHttp10, persistent, contentLength, codings } = this
      const spans = this.#spans.subarray(0, (GENERATION + 1) * 2)
      this.#known.learn(bytes, after, to, { status, isHttp10, persistent, contentLength, codings, spans })
    }
    return after
  }

  /** RFC 9112 section 7.1.2: trailers are checked and passed over, none of them means anything here. */
  readTrailers(bytes: Uint8Array, from: number, to: number): number {
    return this.#readFields(bytes, from, to, true)
  }

  /** From the minor version on. A missing space before an absent reason phrase is let pass, as everybody does. */
  #readStatusLine(bytes: Uint8Array, from: number, end: number): boolean {
    if (end - from < 5 || !isDigit(bytes[from] as number) || bytes[from + 1] !== SPACE) return false
    this.isHttp10 = bytes[from] === 48
    this.status = 0
    for (let at = from + 2; at < from + 5; at++) {
      if (!isDigit(bytes[at] as number)) return false
      this.status = this.status * 10 + (bytes[at] as number) - 48
    }
    return this.status >= 100 && (from + 5 === end || bytes[from + 5] === SPACE)
  }

  /** RFC 9112 section 5.1 (no space before the colon) and 5.2 (a folded line is one line, its break read as spaces). */
  #readFields(bytes: Uint8Array, from: number, to: number, passesOver: boolean): number {
    for (let at = from; ; ) {
      const nameFrom = at
      while (at < to && IS_TOKEN[bytes[at] as number] === 1) at++
      const nameTo = at
      if (at < to && bytes[at] !== (at > nameFrom ? COLON : CR)) return MALFORMED
      for (let isWhole = false; !isWhole; ) {
        while (at < to && IS_VALUE[bytes[at] as number] === 1) at++
        if (at < to && bytes[at] !== CR) return MALFORMED
        if (at + 1 >= to) return INCOMPLETE
        if (bytes[at + 1] !== LF) return MALFORMED
        if (at === nameFrom) return at + 2
        if (at + 2 >= to) return INCOMPLETE
        isWhole = !isBlank(bytes[at + 2] as number)
        if (!isWhole) bytes[at] = bytes[at + 1] = SPACE
      }
      if (!passesOver && nameTo - nameFrom < OF_LENGTH.length) this.#take(bytes, nameFrom, nameTo, at)
      at += 2
    }
  }

  #take(bytes: Uint8Array, nameFrom: number, nameTo: number, end: number): void {
    const fields = OF_LENGTH[nameTo - nameFrom] as number[]
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as number
      if (!same(bytes, nameFrom, nameTo, NAMES[field] as Uint8Array)) continue
      let from = nameTo + 1
      let to = end
      while (from < to && isBlank(bytes[from] as number)) from++
      while (to > from && isBlank(bytes[to - 1] as number)) to--
      this.#spans[field * 2] = from
      this.#spans[field * 2 + 1] = to
      if (field === CONNECTION) this.#takeConnection(bytes, from, to)
      else if (field === CONTENT_LENGTH) this.#takeContentLength(bytes, from, to)
      else if (field > CONTENT_LENGTH) this.#takeCodings(latin1(bytes, from, to))
      return
    }
  }

  /** RFC 9112 section 9.6. */
  #takeConnection(bytes: Uint8Array, from: number, to: number): void {
    if (same(bytes, from, to, KEEP_ALIVE)) this.#saysKeepAlive = true
    else {
      const options = members(latin1(bytes, from, to))
      if (options.includes('close')) this.#saysClose = true
      if (options.includes('keep-alive')) this.#saysKeepAlive = true
    }
  }

  /** RFC 9112 section 6.1: `chunked` once, and last. */
  #takeCodings(list: string): void {
    this.codings = [...this.codings, ...members(list)]
    if (this.codings.slice(0, -1).includes('chunked')) this.#isFaulty = true
  }

  /** RFC 9112 section 6.3, item 5: digits only; said more than once it must be the same every time. */
  #takeContentLength(bytes: Uint8Array, from: number, to: number): void {
    let length = 0
    for (let at = from; at < to && length >= 0; at++) {
      length = isDigit(bytes[at] as number) ? length * 10 + (bytes[at] as number) - 48 : -1
    }
    if (length < 0) {
      const said = new Set(members(latin1(bytes, from, to)))
      const [only = ''] = said
      length = said.size === 1 && /^\d+$/.test(only) ? Number(only) : -1
    }
    if (from === to || length < 0 || (this.contentLength >= 0 && this.contentLength !== length)) this.#isFaulty = true
    this.contentLength = length
  }
}
