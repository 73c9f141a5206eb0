import type { Duplex } from 'node:stream'

const GAP_MS = 4
const MOST_WAITING = 200

/**
 * Lets upgrades in one after the other, with a gap between them in which others are answered: a flood of them is slow for
 * itself alone. When too many wait, the one that has waited for longest goes.
 */
export class UpgradeQueue {
  readonly #waiting: { socket: Duplex; letIn: () => void }[] = []
  #gap: NodeJS.Timeout | null = null

  add(socket: Duplex, letIn: () => void): void {
    this.#waiting.push({ socket, letIn })
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift()?.socket.destroy()
    if (!this.#gap) this.#next()
  }

  close(): void {
    if (this.#gap) clearTimeout(this.#gap)
    for (const { socket } of this.#waiting.splice(0)) socket.destroy()
  }

  #next(): void {
    this.#gap = null
    const first = this.#waiting.shift()
    if (!first) return
    if (!first.socket.destroyed) first.letIn()
    this.#gap = setTimeout(() => this.#next(), GAP_MS)
  }
}
