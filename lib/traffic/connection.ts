import { connect, type LookupFunction, type Socket } from 'node:net'
import type { Reason } from '#lib/protocol/model.ts'
import type { Target } from './burst.ts'
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

/** A read buffer and a parser, used by one connection after the other. */
type Reader = { buffer: Buffer; parser: ResponseParser }
const spareReaders: Reader[] = []
const MAX_SPARE_READERS = 512

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
  readonly #socket: Socket
  readonly #reader: Reader
  #isOpen = false
  #isWaiting = false
  #isOver = false

  constructor(target: Target, lookup: LookupFunction, user: ConnectionUser, epoch: number) {
    this.user = user
    this.epoch = epoch
    const reader = spareReaders.pop() ?? { buffer: Buffer.allocUnsafeSlow(READ_BYTES), parser: new ResponseParser() }
    reader.parser.onHead = (head) => this.user.headArrived(head)
    this.#reader = reader
    const socket = connect({
      host: target.host,
      port: target.port,
      lookup,
      noDelay: true,
      onread: { buffer: reader.buffer, callback: (length) => this.#read(length) },
    })
    this.#socket = socket
    socket.on('connect', () => {
      this.#isOpen = true
    })
    socket.on('end', () => this.#break(this.#isWaiting ? reader.parser.end() : CUT_OFF))
    socket.on('error', () => this.#break(CUT_OFF))
    socket.on('close', () => {
      this.#break(CUT_OFF)
      if (spareReaders.length < MAX_SPARE_READERS) spareReaders.push(reader)
    })
  }

  get parser(): ResponseParser {
    return this.#reader.parser
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** `bytes` must stay as they are until the answer is there. */
  send(bytes: Buffer, isHead: boolean): void {
    this.#isWaiting = true
    this.hasBytes = false
    this.#reader.parser.begin(isHead)
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
    const progress = this.#reader.parser.take(this.#reader.buffer, length)
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
