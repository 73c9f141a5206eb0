import type { BackendKey } from '#lib/protocol/model.ts'

const MOST_ADDRESSES = 1_000

/** Which backend has, or last had, an address: answers of old lists may still name a backend that is gone. */
export class AddressBook {
  readonly #backends = new Map<string, BackendKey>()

  note(address: string, backend: BackendKey): void {
    if (this.#backends.get(address) === backend) return
    this.#backends.delete(address)
    this.#backends.set(address, backend)
    const oldest = this.#backends.keys().next()
    if (this.#backends.size > MOST_ADDRESSES && !oldest.done) this.#backends.delete(oldest.value)
  }

  backendAt(address: string): BackendKey | null {
    return this.#backends.get(address) ?? null
  }
}

type Addressed = {
  /** host:port now, while the backend runs. */
  live: string | null
  /** The last that it had. */
  last: string | null
}

/**
 * The address of each, in the same order. An address stands for one backend: a backend that stopped keeps its last address, so that it
 * can stay listed, unless another has that address now, or one before it in the order had it last, too.
 */
export function oneAddressEach(backends: readonly Addressed[]): (string | null)[] {
  const taken = new Set(backends.map(({ live }) => live))
  return backends.map(({ live, last }) => {
    const address = live ?? (taken.has(last) ? null : last)
    taken.add(address)
    return address
  })
}
