import type { Places } from './places.ts'
import type { Slot } from './slot.ts'

/** One timer for the earliest deadline of all that are in flight; by the time it fires most have long been answered. */
export class Deadline {
  readonly #timeoutMs: number
  readonly #places: Places
  readonly #nowUs: () => number
  readonly #expired: (slot: Slot) => void
  #timer: NodeJS.Timeout | null = null
  #isOver = false

  constructor(timeoutMs: number, places: Places, nowUs: () => number, expired: (slot: Slot) => void) {
    this.#timeoutMs = timeoutMs
    this.#places = places
    this.#nowUs = nowUs
    this.#expired = expired
  }

  arm(): void {
    const nowUs = this.#nowUs()
    const timeoutUs = this.#timeoutMs * 1_000
    const earliestUs = this.#places
      .busy()
      .reduce((us, { sentUs }) => Math.min(us, sentUs + timeoutUs), nowUs + timeoutUs)
    this.#timer = setTimeout(() => this.#expire(), Math.max(1, Math.ceil((earliestUs - nowUs) / 1_000)))
  }

  stop(): void {
    this.#isOver = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #expire(): void {
    const nowUs = this.#nowUs()
    for (const slot of this.#places.busy()) {
      if (slot.isBusy && slot.sentUs + this.#timeoutMs * 1_000 <= nowUs) this.#expired(slot)
    }
    if (!this.#isOver) this.arm()
  }
}
