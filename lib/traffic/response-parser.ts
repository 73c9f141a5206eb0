import { MAX_BODY_BYTES } from '#lib/protocol/limits.ts'
import { endOfLine, INCOMPLETE, MALFORMED as MALFORMED_BLOCK } from './field-bytes.ts'
import { KnownHeads } from './known-heads.ts'
import { ResponseHead } from './response-head.ts'

/** What a piece of a response led to. */
export const MORE = 0
export const COMPLETE = 1
export const MALFORMED = 2
export const TOO_LARGE = 3
export const CUT_OFF = 4
export type Progress = typeof MORE | typeof COMPLETE | typeof MALFORMED | typeof TOO_LARGE | typeof CUT_OFF

/** A head, a chunk's size line and trailers may have as much as this each; nginx's own bound is 4 to 8 KB. */
export const MAX_BLOCK_BYTES = 16_384
export const MAX_INTERIM_RESPONSES = 16

// Blocks, which are read whole …
const IN_HEAD = 0
const IN_CHUNK_SIZE = 1
const IN_CHUNK_END = 2
const IN_TRAILERS = 3
// … and counted bytes, which are read as they come.
const IN_CHUNK = 4
const IN_BODY = 5
const IN_BODY_UNTIL_CLOSE = 6

/** RFC 9112 sections 7.1 and 7.1.1; extensions are passed over. */
const CHUNK_SIZE = /^([0-9a-fA-F]{1,8})(?:[ \t]*;.*)?$/

/**
 * Reads one response after another from the bytes of a connection, wherever they are split: RFC 9112 sections 2 to 7.
 * Keeps no body; one over MAX_BODY_BYTES is refused. Never throws; what it refuses is final for the connection.
 */
export class ResponseParser {
  readonly head: ResponseHead
  bodyLength = 0
  /** Called for each piece of a body, which is `bytes` [from, to) during this call only. The engine wants none. */
  onBody: ((bytes: Buffer, from: number, to: number) => void) | null = null
  /** Called once a final head was read; the places of its values hold during this call only. */
  onHead: (head: ResponseHead) => void = () => {}
  #state = IN_HEAD
  #isHead = false
  #left = 0
  #interim = 0
  #held: Buffer | null = null
  #heldLength = 0

  /** `known`: what connections share of the heads that they have read. */
  constructor(known = new KnownHeads()) {
    this.head = new ResponseHead(known)
  }

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
    for (let at = 0; at < to; ) {
      let progress: Progress = MORE
      if (this.#state < IN_CHUNK) {
        at = this.#takeBlock(bytes, at, to)
        if (at === INCOMPLETE) return this.#heldLength === MAX_BLOCK_BYTES ? TOO_LARGE : MORE
        if (at < 0) return MALFORMED
        progress = this.#afterBlock()
      } else {
        const end = Math.min(to, at + this.#left)
        this.bodyLength += end - at
        if (this.bodyLength > MAX_BODY_BYTES) return TOO_LARGE
        this.onBody?.(bytes, at, end)
        this.#left -= end - at
        at = end
        if (this.#left === 0) progress = this.#state === IN_BODY ? COMPLETE : this.#goOn(IN_CHUNK_END)
      }
      // Bytes beyond the response belong to nothing (section 9.2): the connection is not used again.
      if (progress === COMPLETE && at < to) this.head.persistent = false
      if (progress !== MORE) return progress
    }
    return MORE
  }

  /** The other side has ended the connection in good order: complete only where that is the frame (section 6.3, item 8). */
  end(): Progress {
    return this.#state === IN_BODY_UNTIL_CLOSE ? COMPLETE : CUT_OFF
  }

  #goOn(state: number, left = 0): Progress {
    this.#state = state
    this.#left = left
    return MORE
  }

  #afterBlock(): Progress {
    if (this.#state === IN_HEAD) return this.#frame()
    if (this.#state === IN_CHUNK_END) return this.#goOn(IN_CHUNK_SIZE)
    if (this.#state === IN_TRAILERS) return COMPLETE
    return this.#left === 0 ? this.#goOn(IN_TRAILERS) : this.#goOn(IN_CHUNK, this.#left)
  }

  /** Which frame the body has: section 6.3, in its order. */
  #frame(): Progress {
    const { head } = this
    const isCoded = head.codings.length > 0
    if (head.status < 200) {
      // We never ask for an upgrade, so 101 answers nothing of ours.
      if (head.status === 101) return MALFORMED
      return ++this.#interim > MAX_INTERIM_RESPONSES ? TOO_LARGE : MORE
    }
    if (isCoded && head.contentLength >= 0) return MALFORMED
    const isEmpty = this.#isHead || head.status === 204 || head.status === 304
    const isChunked = isCoded && head.codings.at(-1) === 'chunked'
    const endsWithConnection = !isEmpty && !isChunked && (isCoded || head.contentLength < 0)
    // Section 6.1: with codings, the framing of HTTP/1.0 is faulty, and the connection must not live on.
    if (endsWithConnection || (isCoded && head.isHttp10)) head.persistent = false
    this.onHead(head)
    if (isEmpty) return COMPLETE
    if (isChunked) return this.#goOn(IN_CHUNK_SIZE)
    if (endsWithConnection) return this.#goOn(IN_BODY_UNTIL_CLOSE, Number.POSITIVE_INFINITY)
    if (head.contentLength > MAX_BODY_BYTES) return TOO_LARGE
    return head.contentLength === 0 ? COMPLETE : this.#goOn(IN_BODY, head.contentLength)
  }

  /** Reads a block in place; what came in pieces is held together until it is whole. */
  #takeBlock(bytes: Buffer, from: number, to: number): number {
    const before = this.#heldLength
    if (before === 0) {
      const after = this.#readBlock(bytes, from, to)
      if (after === INCOMPLETE) this.#hold(bytes, from, to)
      return after
    }
    const held = this.#hold(bytes, from, to)
    // Every block ends with a line feed.
    if (!held.subarray(before, this.#heldLength).includes(10)) return INCOMPLETE
    const after = this.#readBlock(held, 0, this.#heldLength)
    if (after < 0) return after
    this.#heldLength = 0
    return from + after - before
  }

  #readBlock(bytes: Buffer, from: number, to: number): number {
    if (this.#state === IN_HEAD) return this.head.read(bytes, from, to)
    if (this.#state === IN_TRAILERS) return this.head.readTrailers(bytes, from, to)
    const end = endOfLine(bytes, from, to)
    if (end < 0) return end
    if (this.#state === IN_CHUNK_END) return end === from ? end + 2 : MALFORMED_BLOCK
    const size = CHUNK_SIZE.exec(bytes.toString('latin1', from, end))
    this.#left = Number.parseInt(size?.[1] ?? '', 16)
    return size === null ? MALFORMED_BLOCK : end + 2
  }

  #hold(bytes: Buffer, from: number, to: number): Buffer {
    this.#held ??= Buffer.allocUnsafeSlow(MAX_BLOCK_BYTES)
    this.#heldLength += bytes.copy(this.#held, this.#heldLength, from, to)
    return this.#held
  }
}
