import type { Socket } from 'node:net'

/**
 * Keeps room for those who ask: of the connections without a whole request, only so many may be open; beyond that the one
 * that has been silent for longest goes. A slow head or body, or a connection kept for later, thus never keeps others out.
 */
export class ConnectionRoom {
  readonly #mostSilent: number
  /** The longest silent first. */
  readonly #silent = new Set<Socket>()

  constructor(mostSilent: number) {
    this.#mostSilent = mostSilent
  }

  /** It was opened, or its request is over. */
  silent(socket: Socket): void {
    if (socket.destroyed) return
    this.#silent.delete(socket)
    this.#silent.add(socket)
    if (this.#silent.size <= this.#mostSilent) return
    const [longest] = this.#silent
    longest?.destroy()
    if (longest) this.#silent.delete(longest)
  }

  /** Its request has come as a whole, or it is gone. */
  heard(socket: Socket): void {
    this.#silent.delete(socket)
  }
}
