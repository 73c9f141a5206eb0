import { ProblemError } from '#lib/protocol/problem.ts'
import type { Owner } from './front-door.ts'

/** The generation of the list that a front door in a container starts with. */
export const DNS_GENERATION = 'dns-0'
/** An owner writes its list within a second of the front door's start; the DNS list for longer than this means that there is no owner. */
const FREE_AFTER_MS = 5_000
const RETRY_MS = 3_000

const ownerOf = (generation: string): string => generation.slice(0, generation.lastIndexOf('-'))

/**
 * Judges by the generation in force which dashboard owns the list. An owner that is gone loses the list when its lease runs out: the
 * front door's own watcher then goes back to the DNS list, which anybody may replace. Pure but for the clock.
 */
export class ListOwnership {
  readonly #me: string
  readonly #now: () => number
  #other: string | null = null
  #dnsSince: number | null = null
  #owning = false
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(me: string, now: () => number = () => performance.now()) {
    this.#me = me
    this.#now = now
  }

  owner(): Owner {
    return { mine: this.#other === null, name: this.#other ?? this.#me }
  }

  /** Throws ProblemError `read-only` while another dashboard owns the list. */
  refuseUnlessMine(): void {
    if (this.#other === null) return
    throw new ProblemError(
      'read-only',
      `Another dashboard (${this.#other}) writes the front door's list, so this one only watches. Stop that one, or take over here.`,
    )
  }

  /** Ours is in force from now on. */
  confirmed(): void {
    this.#other = null
    this.#owning = true
  }

  /** The front door began anew: what is in force says nothing against us until our list was in force. */
  begin(): void {
    this.#owning = false
  }

  /** The list is ours from now on, whoever owned it; likewise. */
  takeOver(): void {
    this.#other = null
    this.#owning = false
    this.#dnsSince = null
  }

  /**
   * Takes in what a new connection was answered by. `first`: nothing was known before. True when our list has to be written (again),
   * or may not be written any more.
   */
  saw(generation: string, first = false): boolean {
    const owner = ownerOf(generation)
    if (owner === this.#me) return false
    if (generation !== DNS_GENERATION) {
      this.#dnsSince = null
      if (!first && !this.#owning && this.#other === null) return false
      const news = this.#other !== owner
      this.#other = owner
      this.#owning = false
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
    this.#owning = false
    this.#toldAt = this.#now()
    return true
  }
}
