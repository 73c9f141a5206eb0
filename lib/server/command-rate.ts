/** How often a browser may command: above the limit it is refused, above three times the limit it is dropped. */
export class CommandRate {
  readonly #perSecond: number
  readonly #now: () => number
  #windowStart = 0
  #count = 0

  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond
    this.#now = now
  }

  count(): 'pass' | 'refuse' | 'drop' {
    const now = this.#now()
    if (now - this.#windowStart >= 1_000) {
      this.#windowStart = now
      this.#count = 0
    }
    this.#count++
    if (this.#count > this.#perSecond * 3) return 'drop'
    return this.#count > this.#perSecond ? 'refuse' : 'pass'
  }
}
