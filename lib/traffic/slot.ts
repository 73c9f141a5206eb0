import type { LookupFunction } from 'node:net'
import type { BurstPlan } from './burst.ts'
import { type Breakage, Connection, type ConnectionUser } from './connection.ts'
import { judge, type Verdict } from './judge.ts'
import { type RequestBytes, writeRequestId } from './request-bytes.ts'
import type { ResponseHead } from './response-head.ts'
import { type RouteTable, UNKNOWN_ROUTE } from './route-table.ts'

/** RFC 9110 section 9.2.2. */
const IDEMPOTENT = new Set<string>(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])

/** What a slot asks of the burst that it belongs to. */
export interface SlotOwner {
  readonly plan: BurstPlan
  readonly table: RouteTable
  readonly lookup: LookupFunction
  reloadMayCut(): boolean
  answered(slot: Slot): void
  broken(slot: Slot, reason: Breakage): void
  leaving(connection: Connection): void
}

/** One place for a request in flight, with the connection that it keeps. */
export class Slot implements ConnectionUser {
  isBusy = false
  sentUs = 0
  waitUs = 0
  /** It waited for this place. */
  isLate = false
  order = 0
  resent = false
  /** A head has come for this request: `verdict` is about it. */
  hasVerdict = false
  readonly verdict: Verdict
  readonly #owner: SlotOwner
  readonly #request: RequestBytes
  #bytes: Buffer
  #connection: Connection | null = null

  constructor(owner: SlotOwner, request: RequestBytes) {
    this.#owner = owner
    this.#request = request
    this.#bytes = this.#ownBytes()
    this.verdict = {
      status: 0,
      route: UNKNOWN_ROUTE,
      isBackends: false,
      attempts: null,
    }
  }

  begin(order: number, sentUs: number, waitUs: number, isLate: boolean): void {
    this.isBusy = true
    this.sentUs = sentUs
    this.waitUs = waitUs
    this.isLate = isLate
    this.order = order
    this.resent = false
    this.hasVerdict = false
    if (this.#request.idAt >= 0) writeRequestId(this.#bytes, this.#request.idAt, order)
    if (this.#connection !== null && this.#connection.epoch !== this.#owner.table.reloads) this.close()
    this.#send()
  }

  /** Gives up the request in flight; its connection, on which an answer may still come, is the caller's. */
  abandon(): Connection | null {
    const connection = this.#connection
    this.#connection = null
    this.isBusy = false
    // Before it is connected its request is not written yet: it must go out under its own id.
    this.#bytes = this.#ownBytes()
    return connection
  }

  close(): void {
    this.#connection?.destroy()
    this.#connection = null
  }

  headArrived(head: ResponseHead): void {
    judge(head, this.#owner.table, this.verdict)
    this.hasVerdict = true
  }

  answered(connection: Connection): void {
    if (!this.#owner.plan.keepAlive || !connection.parser.head.persistent) {
      this.#connection = null
      this.#owner.leaving(connection)
    }
    this.isBusy = false
    this.#owner.answered(this)
  }

  broken(connection: Connection, reason: Breakage, wasIdle: boolean): void {
    this.#connection = null
    if (wasIdle) return
    if (this.#maySendAgain(connection, reason)) {
      this.resent = true
      this.#send()
      return
    }
    this.isBusy = false
    this.#owner.broken(this, reason)
  }

  /** With ids, bytes that no other request writes its id into. */
  #ownBytes(): Buffer {
    return this.#request.idAt >= 0 ? Buffer.from(this.#request.bytes) : this.#request.bytes
  }

  /** contract.md, "Sent again": once, on a reused connection that closed with zero bytes of an answer. */
  #maySendAgain(connection: Connection, reason: Breakage): boolean {
    if (this.resent || reason !== 'connection-closed' || connection.answers === 0 || connection.hasBytes) return false
    return IDEMPOTENT.has(this.#owner.plan.method) || this.#owner.reloadMayCut()
  }

  #send(): void {
    this.#connection ??= new Connection(this.#owner.plan.target, this.#owner.lookup, this, this.#owner.table.reloads)
    this.#connection.send(this.#bytes, this.#request.isHead)
  }
}
