import type { Slot } from './slot.ts'

/** The places for requests in flight: as many as the concurrency, which may change while a burst runs. */
export class Places {
  readonly #open: () => Slot
  readonly #slots: Slot[] = []
  /** Without a request, the most recently used one last: its connection is the warmest. */
  readonly #free: Slot[] = []
  #count = 0

  constructor(open: () => Slot) {
    this.#open = open
  }

  /** Every place has a request, and none is over the count: whoever ends may begin again. */
  get isExact(): boolean {
    return this.#free.length === 0 && this.#slots.length === this.#count
  }

  /** Those over the count finish what they have and are not used again. */
  resize(count: number): void {
    this.#count = count
    while (this.#slots.length < count) {
      const slot = this.#open()
      this.#slots.push(slot)
      this.#free.unshift(slot)
    }
    for (const slot of this.#free) if (this.#isBeyond(slot)) slot.close()
  }

  /** A place without a request, or null. */
  take(): Slot | null {
    for (let index = this.#free.length - 1; index >= 0; index--) {
      const slot = this.#free[index] as Slot
      if (this.#isBeyond(slot)) continue
      this.#free.splice(index, 1)
      return slot
    }
    return null
  }

  giveBack(slot: Slot): void {
    if (this.#isBeyond(slot)) slot.close()
    this.#free.push(slot)
  }

  /** Those with a request in flight, as of now. */
  busy(): Slot[] {
    return this.#slots.filter((slot) => slot.isBusy)
  }

  close(): void {
    for (const slot of this.#slots) slot.close()
  }

  #isBeyond(slot: Slot): boolean {
    return this.#slots.length > this.#count && this.#slots.indexOf(slot) >= this.#count
  }
}
