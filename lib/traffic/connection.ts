import { connect, type LookupFunction, type Socket } from 'node:net'
import type { Reason } from '#lib/protocol/model.ts'
import type { Target } from './burst.ts'
import { KnownHeads } from './known-heads.ts'
import type { ResponseHead } from './response-head.ts'
import { COMPLETE, CUT_OFF, MORE, type Progress, ResponseParser, TOO_LARGE } from './response-parser.ts'

export type Breakage = Extract<Reason, 'connect' | 'connection-closed' | 'malformed' | 'too-large'>

/** Who waits for what happens on a connection. */
export interface ConnectionUser {
  headArrived(head: ResponseHead): void
  answered(connection: Connection): void
  /** It is of no use any more. `wasIdle`: no request was waiting for an answer. */
  broken(connection: Connection, reason: Breakage, wasIdle: boolean): void
}

const READ_BYTES = 16_384

/**
 * Connections of one thread share their read buffer and what they know of heads: a buffer for each connection is cold memory
 * for each answer. libuv reads once a socket is ready and hands the bytes over before it reads from another one; on
 * Windows it may read ahead, so that every connection has its own buffer there.
 */
const sharedBuffer = Buffer.allocUnsafeSlow(READ_BYTES)
const bufferOfConnection = (): Buffer =>
  process.platform === 'win32' ? Buffer.allocUnsafeSlow(READ_BYTES) : sharedBuffer
const knownHeads = new KnownHeads()

/** Parsers are used by one connection after the other. */
const spareParsers: ResponseParser[] = []
const MAX_SPARE_PARSERS = 512

const breakageOf = (progress: Progress): Breakage => {
  if (progress === CUT_OFF) return 'connection-closed'
  return progress === TOO_LARGE ? 'too-large' : 'malformed'
}

/** One client connection, one request at a time, no pipelining: RFC 9112 section 9. */
export class Connection {
  user: ConnectionUser
  /** Complete answers so far. */
  answers = 0
  /** A byte of the answer that is waited for has come. */
  hasBytes = false
  /** RouteTable.reloads when it was opened. */
  readonly epoch: number
  readonly parser: ResponseParser
  readonly #socket: Socket
  readonly #buffer = bufferOfConnection()
  #isOpen = false
  #isWaiting = false
  #isOver = false

  constructor(target: Target, lookup: LookupFunction, user: ConnectionUser, epoch: number) {
    this.user = user
    this.epoch = epoch
    this.parser = spareParsers.pop() ?? new ResponseParser(knownHeads)
    this.parser.onHead = (head) => this.user.headArrived(head)
    const socket = connect({
      host: target.host,
      port: target.port,
      lookup,
      noDelay: true,
      onread: { buffer: this.#buffer, callback: (length) => this.#read(length) },
    })
    this.#socket = socket
    socket.on('connect', () => {
      this.#isOpen = true
    })
    socket.on('end', () => this.#break(this.#isWaiting ? this.parser.end() : CUT_OFF))
    socket.on('error', () => this.#break(CUT_OFF))
    socket.on('close', () => {
      this.#break(CUT_OFF)
      if (spareParsers.length < MAX_SPARE_PARSERS) spareParsers.push(this.parser)
    })
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** `bytes` must stay as they are until the answer is there. */
  send(bytes: Buffer, isHead: boolean): void {
    this.#isWaiting = true
    this.hasBytes = false
    this.parser.begin(isHead)
    this.#socket.write(bytes)
  }

  /** Closes it at once, without a word to its user. */
  destroy(): void {
    this.#isOver = true
    this.#isWaiting = false
    this.#socket.destroy()
  }

  /** True: go on reading. */
  #read(length: number): boolean {
    if (this.#isOver) return false
    if (!this.#isWaiting) {
      this.#break(CUT_OFF)
      return false
    }
    this.hasBytes = true
    const progress = this.parser.take(this.#buffer, length)
    if (progress === MORE) return true
    if (progress !== COMPLETE) {
      this.#break(progress)
      return false
    }
    this.#isWaiting = false
    this.answers++
    this.user.answered(this)
    return true
  }

  #break(progress: Progress): void {
    if (this.#isOver) return
    const wasIdle = !this.#isWaiting
    this.destroy()
    if (progress === COMPLETE) {
      this.answers++
      this.user.answered(this)
    } else this.user.broken(this, this.#isOpen ? breakageOf(progress) : 'connect', wasIdle)
  }
}
