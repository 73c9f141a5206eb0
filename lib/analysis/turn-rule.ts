import type { BackendKey } from '#lib/protocol/model.ts'

export type Pick = 'in-turn' | 'repeated' | 'skipped' | 'stranger'

/** How picks should follow each other. One for equal weights is below; one that predicts by weights may take its place. */
export type TurnRule = {
  /** From zero: a generation began, or who is asked changed. `members` null: not known, learned from the first round. */
  restart: (members: readonly BackendKey[] | null) => void
  /** Judges this pick and takes note of it: what follows is judged from here, so that one break counts once. */
  took: (backend: BackendKey) => Pick
  /** The front door passes it over from now on, until it is picked again. */
  eject: (backend: BackendKey) => void
  /** The order of turns may be another from this pick on: learn it anew. Who is passed over stays so. */
  relearn: (backend: BackendKey) => void
  /** How many take turns now. */
  size: () => number
}

/**
 * Strict alternation of equals: each has its turn once a round, in the order of the first round. Where a round begins is not
 * judged (other requests came before), nor which order it is (`resolve` lists addresses as DNS gives them).
 */
export function createEqualTurns(): TurnRule {
  let members: ReadonlySet<BackendKey> | null = null
  let away = new Set<BackendKey>()
  let order: BackendKey[] = []
  let isRoundKnown = false
  let last: BackendKey | null = null

  const learnFrom = (backend: BackendKey | null) => {
    order = backend === null ? [] : [backend]
    isRoundKnown = false
    last = backend
  }
  const active = (): number => (members ? members.size - away.size : order.length)

  const learn = (backend: BackendKey): Pick => {
    if (order.includes(backend)) {
      if (members === null && backend === order[0]) isRoundKnown = true
      else {
        const verdict = backend === last ? 'repeated' : 'skipped'
        learnFrom(backend)
        return verdict
      }
    } else order.push(backend)
    if (members !== null && order.length === active()) isRoundKnown = true
    last = backend
    return 'in-turn'
  }

  const took = (backend: BackendKey): Pick => {
    if (members !== null && !members.has(backend)) {
      learnFrom(null)
      return 'stranger'
    }
    if (away.delete(backend)) learnFrom(null)
    if (!isRoundKnown) return learn(backend)
    const at = order.indexOf(backend)
    if (at === -1) {
      // With unknown members somebody new is a newcomer, not a break.
      learnFrom(backend)
      return members === null ? 'in-turn' : 'skipped'
    }
    const expected = order[(order.indexOf(last ?? '') + 1) % order.length]
    const verdict = backend === expected ? 'in-turn' : backend === last ? 'repeated' : 'skipped'
    last = backend
    return verdict
  }

  return {
    restart: (next) => {
      members = next ? new Set(next) : null
      away = new Set()
      learnFrom(null)
    },
    took,
    eject: (backend) => {
      if (members !== null && !members.has(backend)) return
      away.add(backend)
      learnFrom(null)
    },
    relearn: learnFrom,
    size: active,
  }
}
