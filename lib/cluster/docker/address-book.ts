const MOST_ADDRESSES = 1_000

/** Who has, or last had, an address: answers of old lists may still name one that is gone. */
export class AddressBook {
  readonly #holders = new Map<string, string>()

  note(address: string, backend: string): void {
    if (this.#holders.get(address) === backend) return
    this.#holders.delete(address)
    this.#holders.set(address, backend)
    const oldest = this.#holders.keys().next()
    if (this.#holders.size > MOST_ADDRESSES && !oldest.done) this.#holders.delete(oldest.value)
  }

  holder(address: string): string | null {
    return this.#holders.get(address) ?? null
  }
}
