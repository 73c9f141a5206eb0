/**
 * So many pieces of work at once and no more, in the order in which they were given; with one slot, one after the other.
 * Work that still waits for a slot when its signal aborts never begins: its promise rejects with the signal's reason.
 */
export class Slots {
  readonly #waiting: (() => void)[] = []
  #free: number

  constructor(count: number) {
    this.#free = count
  }

  async run<Value>(work: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    await this.#take(signal)
    try {
      signal?.throwIfAborted()
      return await work()
    } finally {
      this.#give()
    }
  }

  #take(signal: AbortSignal | undefined): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1)
        reject(signal?.reason)
      }
      const begin = (): void => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      if (signal?.aborted) return reject(signal.reason)
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.push(begin)
    })
  }

  #give(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free += 1
  }
}
