import { nextNumber } from './hosted-state.ts'
import type { Numbers } from './make-replica.ts'

/** Numbers for replicas to come. One stays taken until the raise that drew it is over, for the engine's list lags behind. */
export class NumberPool {
  readonly #listed: () => number[]
  readonly #drawn = new Set<number>()

  constructor(listed: () => number[]) {
    this.#listed = listed
  }

  /** For one raise; `free` at its end. */
  open(): Numbers & { free: () => void } {
    const mine: number[] = []
    return {
      next: () => {
        const number = nextNumber([...this.#listed(), ...this.#drawn])
        this.#drawn.add(number)
        mine.push(number)
        return number
      },
      free: () => {
        for (const number of mine) this.#drawn.delete(number)
      },
    }
  }
}
