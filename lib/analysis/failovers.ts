import type { Failover } from '#lib/protocol/judgement.ts'
import type { BackendKey } from '#lib/protocol/model.ts'

/** A run names this many, the latest ones. */
const MOST_FAILOVERS = 50

/** What the answers of one generation add up to so far; the same object is read again later. */
export type Answers = ReadonlyMap<BackendKey, number>

type Seen = {
  backend: BackendKey
  noticedUs: number
  answers: Answers
  /** What the others had answered by then; null where nobody knows who they are. */
  before: ReadonlyMap<BackendKey, number> | null
  /** Set when counting ends. */
  others: number[] | null
  isOver: boolean
}

/**
 * Sees when attempts at a backend begin to fail, and how the others share what comes after: within the generation, until the
 * next backend fails. It is over when the backend answers a request that was sent afterwards; if it fails again then, that
 * is another failover.
 */
export class Failovers {
  readonly #seen: Seen[] = []
  /** Those at which attempts fail now. */
  readonly #open = new Map<BackendKey, Seen>()

  /** An attempt failed at `atUs`, microseconds since the run's start. `members`: who gets requests; null where nobody knows. */
  failed(backend: BackendKey, atUs: number, answers: Answers, members: readonly BackendKey[] | null): void {
    if (this.#open.has(backend)) return
    for (const seen of this.#seen) this.#close(seen)
    const others = members?.filter((member) => member !== backend && !this.#open.has(member))
    const before = others ? new Map(others.map((member) => [member, answers.get(member) ?? 0])) : null
    const seen: Seen = { backend, noticedUs: atUs, answers, before, others: null, isOver: false }
    this.#open.set(backend, seen)
    this.#seen.push(seen)
    if (this.#seen.length > MOST_FAILOVERS) this.#seen.shift()
  }

  answered(backend: BackendKey, sentUs: number): void {
    if (this.#open.size === 0) return
    const seen = this.#open.get(backend)
    if (seen && sentUs >= seen.noticedUs) this.#open.delete(backend)
  }

  report(): Failover[] {
    return this.#seen.map((seen) => ({
      backend: seen.backend,
      noticedUs: seen.noticedUs,
      others: seen.isOver ? seen.others : othersOf(seen),
    }))
  }

  #close(seen: Seen): void {
    if (seen.isOver) return
    seen.others = othersOf(seen)
    seen.isOver = true
  }
}

const othersOf = ({ before, answers }: Seen): number[] | null =>
  before && [...before].map(([backend, then]) => (answers.get(backend) ?? 0) - then)
