/** A WebSocket that has not shown its token yet. */
export type WaitingSocket = { close(discard?: boolean): void; once(event: 'close', listener: () => void): unknown }

/** Sockets that were upgraded and not let in yet: only so many; beyond that the one that waits for longest goes. */
export class WaitingRoom {
  readonly #most: number
  /** The longest waiting first. */
  readonly #waiting = new Set<WaitingSocket>()

  constructor(most: number) {
    this.#most = most
  }

  enter(socket: WaitingSocket): void {
    this.#waiting.add(socket)
    socket.once('close', () => this.#waiting.delete(socket))
    if (this.#waiting.size <= this.#most) return
    const [longest] = this.#waiting
    longest?.close(true)
  }

  /** It was let in. */
  leave(socket: WaitingSocket): void {
    this.#waiting.delete(socket)
  }
}
