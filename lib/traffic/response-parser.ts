import { MAX_BODY_BYTES } from '#lib/protocol/limits.ts'
import { ChunkedBody } from './chunked-body.ts'
import { INCOMPLETE, MALFORMED as MALFORMED_HEAD, ResponseHead } from './response-head.ts'

/** What a piece of a response led to. */
export const MORE = 0
export const COMPLETE = 1
export const MALFORMED = 2
export const TOO_LARGE = 3
export const CUT_OFF = 4
export type Progress = typeof MORE | typeof COMPLETE | typeof MALFORMED | typeof TOO_LARGE | typeof CUT_OFF

/** Head, interim heads and trailers of one response may have as much as this each; nginx's own bound is 4 to 8 KB. */
export const MAX_HEAD_BYTES = 16_384
export const MAX_INTERIM_RESPONSES = 16

const IN_HEAD = 0
const IN_BODY = 1
const IN_BODY_UNTIL_CLOSE = 2
const IN_CHUNKS = 3
const IN_TRAILERS = 4

/**
 * Reads one response after another from the bytes of a connection, wherever they are split. RFC 9112 sections 2 to 7
 * and 9.3. Keeps the body, up to MAX_BODY_BYTES. Never throws; what it refuses is final for the connection.
 */
export class ResponseParser {
  readonly head = new ResponseHead()
  body: Buffer = Buffer.allocUnsafeSlow(1024)
  bodyLength = 0
  /** Called once a final head was read; the places of its values hold during this call only. */
  onHead: (head: ResponseHead) => void = () => {}
  #state = IN_HEAD
  #isHead = false
  #left = 0
  #interim = 0
  #held: Buffer | null = null
  #heldLength = 0
  readonly #chunks = new ChunkedBody()

  /** Makes ready for the response to one request; `isHead`: the request's method was HEAD. */
  begin(isHead: boolean): void {
    this.#state = IN_HEAD
    this.#isHead = isHead
    this.#interim = 0
    this.#heldLength = 0
    this.bodyLength = 0
  }

  /** Takes bytes [0, to). It may write over the line breaks of folded fields among them. */
  take(bytes: Buffer, to: number): Progress {
    let at = 0
    while (at < to) {
      if (this.#state === IN_HEAD || this.#state === IN_TRAILERS) {
        const after = this.#takeBlock(bytes, at, to)
        if (after === INCOMPLETE) return this.#heldLength === MAX_HEAD_BYTES ? TOO_LARGE : MORE
        if (after < 0) return MALFORMED
        at = after
        const progress = this.#state === IN_TRAILERS ? COMPLETE : this.#frame()
        if (progress === COMPLETE) return this.#complete(at, to)
        if (progress !== MORE) return progress
      } else if (this.#state === IN_CHUNKS) {
        at = this.#chunks.take(bytes, at, to, this)
        if (at < 0) return this.#chunks.isTooLarge ? TOO_LARGE : MALFORMED
        if (this.#chunks.isDone) this.#state = IN_TRAILERS
      } else {
        const length = Math.min(to - at, this.#left)
        if (!this.keep(bytes, at, at + length)) return TOO_LARGE
        at += length
        this.#left -= length
        if (this.#left === 0) return this.#complete(at, to)
      }
    }
    return MORE
  }

  /** The other side has ended the connection in good order: complete only where the end is the frame (section 6.3, item 8). */
  end(): Progress {
    return this.#state === IN_BODY_UNTIL_CLOSE ? COMPLETE : CUT_OFF
  }

  /** Adds to the kept body; false when that is over the limit. */
  keep(bytes: Buffer, from: number, to: number): boolean {
    const length = this.bodyLength + to - from
    if (length > MAX_BODY_BYTES) return false
    if (length > this.body.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(MAX_BODY_BYTES, 2 ** Math.ceil(Math.log2(length))))
      this.body.copy(larger, 0, 0, this.bodyLength)
      this.body = larger
    }
    if (to - from < 64) for (let at = from; at < to; at++) this.body[this.bodyLength + at - from] = bytes[at] as number
    else bytes.copy(this.body, this.bodyLength, from, to)
    this.bodyLength = length
    return true
  }

  /** Bytes beyond the response belong to nothing (section 9.2): the connection is not used again. */
  #complete(at: number, to: number): Progress {
    if (at < to) this.head.persistent = false
    return COMPLETE
  }

  /** Which frame the body has: section 6.3, in its order. */
  #frame(): Progress {
    const head = this.head
    if (head.status < 200) {
      // We never ask for an upgrade, so 101 answers nothing of ours.
      if (head.status === 101) return MALFORMED
      return ++this.#interim > MAX_INTERIM_RESPONSES ? TOO_LARGE : MORE
    }
    if (head.hasTransferEncoding && head.contentLength >= 0) return MALFORMED
    // Section 6.1: the framing of such a message is faulty, the connection must not live on.
    if (head.hasTransferEncoding && head.isHttp10) head.persistent = false
    const isEmpty = this.#isHead || head.status === 204 || head.status === 304
    if (!isEmpty && !head.hasTransferEncoding && head.contentLength < 0) head.persistent = false
    if (!isEmpty && head.hasTransferEncoding && !head.isChunked) head.persistent = false
    this.onHead(head)
    if (isEmpty) return COMPLETE
    if (head.hasTransferEncoding && head.isChunked) {
      this.#chunks.begin()
      this.#state = IN_CHUNKS
    } else if (head.hasTransferEncoding || head.contentLength < 0) {
      this.#left = Number.POSITIVE_INFINITY
      this.#state = IN_BODY_UNTIL_CLOSE
    } else {
      if (head.contentLength > MAX_BODY_BYTES) return TOO_LARGE
      if (head.contentLength === 0) return COMPLETE
      this.#left = head.contentLength
      this.#state = IN_BODY
    }
    return MORE
  }

  /** Reads a head or trailers in place; what came in pieces is held together until it is whole. */
  #takeBlock(bytes: Buffer, from: number, to: number): number {
    if (this.#heldLength === 0) {
      const after = this.#read(bytes, from, to)
      if (after === INCOMPLETE) this.#hold(bytes, from, to)
      return after
    }
    const before = this.#heldLength
    const held = this.#hold(bytes, from, to)
    if (!held.subarray(before, this.#heldLength).includes(10)) return INCOMPLETE
    const after = this.#read(held, 0, this.#heldLength)
    if (after === INCOMPLETE) return INCOMPLETE
    this.#heldLength = 0
    return after < 0 ? MALFORMED_HEAD : from + after - before
  }

  #read(bytes: Buffer, from: number, to: number): number {
    return this.#state === IN_TRAILERS ? this.head.readTrailers(bytes, from, to) : this.head.read(bytes, from, to)
  }

  #hold(bytes: Buffer, from: number, to: number): Buffer {
    this.#held ??= Buffer.allocUnsafeSlow(MAX_HEAD_BYTES)
    const length = Math.min(to - from, MAX_HEAD_BYTES - this.#heldLength)
    bytes.copy(this.#held, this.#heldLength, from, from + length)
    this.#heldLength += length
    return this.#held
  }
}
