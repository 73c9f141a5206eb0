import type { BackendKey } from '#lib/protocol/model.ts'
import { createEqualTurns, type TurnRule } from './turn-rule.ts'

/** One ended request of one generation as the judge of its turns sees it, in order of seq, one request at a time. */
export type Turn = {
  /** Who answered; null: nobody, or nobody that can be named. */
  backend: BackendKey | null
  /** The backends that were tried and did not answer, in order, before the one that did; null for one that is not known. */
  failed: readonly (BackendKey | null)[]
  /** A turn was taken that no name tells of: sent a second time by us, ended by our own deadline, answered by somebody unnamed. */
  tookUnseenTurn: boolean
}

/**
 * Judges within one generation whether the backends took strict turns, sample by sample, O(1) each. A reload zeroes nginx's
 * counters, so every generation has a judge of its own.
 *
 * Every *attempt* is a pick of the front door, so a rescued request takes the turns of all it tried. Not counted:
 * - after a failure: a backend that failed is passed over, and comes back at a turn that nobody outside can foretell. nginx's
 *   smooth weighted round robin keeps the counters of one it passes over (ngx_http_upstream_get_peer), so the rounds after a
 *   failure and after a return may be uneven for up to two rounds: breaks within these are explained by it;
 * - after an unseen turn: breaks within one round are explained by it, within two where an attempt at an unknown backend failed.
 */
export class TurnJudge {
  readonly #rule: TurnRule
  readonly #away = new Set<BackendKey>()
  #deviations = 0
  /** Breaks are explained for so many further picks. */
  #excused = 0

  /** `members` null: nobody knows who takes turns, so the first round tells. */
  constructor(members: readonly BackendKey[] | null) {
    this.#rule = createEqualTurns(members)
  }

  /** Departures from strict alternation: what the contract calls `deviations`. */
  get deviations(): number {
    return this.#deviations
  }

  take({ failed, backend, tookUnseenTurn }: Turn): void {
    for (const tried of failed) {
      if (tried !== null) {
        this.#pick(tried)
        this.#away.add(tried)
        this.#rule.eject(tried)
      }
      this.#excuse(2)
    }
    if (tookUnseenTurn) this.#excuse(1)
    if (backend !== null) this.#pick(backend)
  }

  #pick(backend: BackendKey): void {
    const isBack = this.#away.delete(backend)
    const isInTurn = this.#rule.took(backend)
    if (isBack) this.#excuse(2)
    else if (!isInTurn) {
      if (this.#excused > 0) this.#rule.relearn(backend)
      else this.#deviations++
    }
    if (this.#excused > 0) this.#excused--
  }

  #excuse(rounds: number): void {
    this.#excused = Math.max(this.#excused, 1, this.#rule.size() * rounds)
  }
}
