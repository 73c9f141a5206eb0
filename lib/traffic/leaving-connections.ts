import { performance } from 'node:perf_hooks'
import type { Connection, ConnectionUser } from './connection.ts'

const MAX_LEAVING = 256

/**
 * Connections that no place uses any more but that are not closed yet: those of requests that timed out, on which the
 * answer may still come, and those that the other side is about to close. Each has a time of its own, all are bounded.
 */
export class LeavingConnections {
  readonly #until = new Map<Connection, number>()
  readonly #lateAnswer: () => void
  #late = 0
  readonly #silent: ConnectionUser = {
    headArrived: () => {},
    answered: (connection) => this.#forget(connection),
    broken: (connection) => this.#forget(connection),
  }
  readonly #waiting: ConnectionUser = {
    headArrived: () => {},
    answered: (connection) => {
      this.#late--
      this.#forget(connection)
      this.#lateAnswer()
    },
    broken: (connection) => {
      this.#late--
      this.#forget(connection)
    },
  }

  constructor(lateAnswer: () => void) {
    this.#lateAnswer = lateAnswer
  }

  /** How many are kept because an answer may still come. */
  get late(): number {
    return this.#late
  }

  /** Waits up to `forMs` for an answer that is late. */
  awaitAnswer(connection: Connection, forMs: number): void {
    if (this.#keep(connection, this.#waiting, forMs)) this.#late++
  }

  /** Lets the other side close first, so that the closed connection's state stays with it (RFC 9293 section 3.6.1). */
  awaitEnd(connection: Connection, forMs: number): void {
    this.#keep(connection, this.#silent, forMs)
  }

  /** Closes those whose time is over. */
  sweep(): void {
    const now = performance.now()
    for (const [connection, until] of this.#until) if (until <= now) this.#close(connection)
  }

  closeAll(): void {
    for (const connection of this.#until.keys()) this.#close(connection)
  }

  #keep(connection: Connection, user: ConnectionUser, forMs: number): boolean {
    if (connection.isOver) return false
    if (this.#until.size >= MAX_LEAVING) {
      connection.destroy()
      return false
    }
    connection.user = user
    this.#until.set(connection, performance.now() + forMs)
    return true
  }

  #close(connection: Connection): void {
    if (connection.user === this.#waiting) this.#late--
    this.#forget(connection)
  }

  #forget(connection: Connection): void {
    this.#until.delete(connection)
    connection.destroy()
  }
}
