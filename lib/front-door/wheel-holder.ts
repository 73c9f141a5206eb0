/** Whose list is in force: ours, nobody's (the DNS list), or another dashboard's. */
export type Holder = { mine: boolean; name: string }

/** The generation of the list that a front door in a container starts with. */
export const DNS_GENERATION = 'dns-0'
/** A holder writes its list within a second of the front door's start; DNS for longer than this means that there is none. */
const FREE_AFTER_MS = 5_000
const RETRY_MS = 3_000

const holderOf = (generation: string): string => generation.slice(0, generation.lastIndexOf('-'))

/**
 * Judges by the generation in force who holds the wheel. A holder that is gone loses it when its lease runs out: the front door's
 * own watcher then goes back to DNS, and the wheel is free. Pure but for the clock.
 */
export class WheelHolder {
  readonly #me: string
  readonly #now: () => number
  #other: string | null = null
  #dnsSince: number | null = null
  #holding = false
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(me: string, now: () => number = () => performance.now()) {
    this.#me = me
    this.#now = now
  }

  holder(): Holder {
    return { mine: this.#other === null, name: this.#other ?? this.#me }
  }

  /** Ours is in force from now on. */
  confirmed(): void {
    this.#other = null
    this.#holding = true
  }

  /** The front door began anew, or we mean to take over: what is in force says nothing against us until ours was. */
  begin(): void {
    this.#holding = false
  }

  takeOver(): void {
    this.#other = null
    this.#holding = false
    this.#dnsSince = null
  }

  /**
   * What a new connection was answered by. `first`: nothing was known before. True when our list must be written (again), or may
   * not be any more: somebody has to be told.
   */
  saw(generation: string, first = false): boolean {
    const holder = holderOf(generation)
    if (holder === this.#me) return false
    if (generation !== DNS_GENERATION) {
      this.#dnsSince = null
      if (!first && !this.#holding && this.#other === null) return false
      const news = this.#other !== holder
      this.#other = holder
      this.#holding = false
      return news
    }
    if (this.#other !== null) {
      this.#dnsSince ??= this.#now()
      if (this.#now() - this.#dnsSince < FREE_AFTER_MS) return false
      this.takeOver()
      return true
    }
    // Ours, but not in force: the lease ran out while the engine was away, or the last try failed.
    if (first || this.#now() - this.#toldAt < RETRY_MS) return false
    this.#holding = false
    this.#toldAt = this.#now()
    return true
  }
}
