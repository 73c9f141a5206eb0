import type { BackendKey } from '#lib/protocol/model.ts'

/** How picks should follow each other within one generation. */
export type TurnRule = {
  /** Whether it was this backend's turn. What follows is judged from here, so that one break counts once. */
  took: (backend: BackendKey) => boolean
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
 * `known` null: nobody knows who takes turns, so the first round tells.
 */
export function createEqualTurns(known: readonly BackendKey[] | null): TurnRule {
  const members = known && new Set(known)
  const away = new Set<BackendKey>()
  let order: BackendKey[] = []
  let isRoundKnown = false
  let last: BackendKey | null = null

  const active = (): number => (members ? members.size - away.size : order.length)
  const learnFrom = (backend: BackendKey | null) => {
    const isMember = backend !== null && (members === null || members.has(backend))
    order = isMember ? [backend] : []
    isRoundKnown = members !== null && isMember && active() === 1
    last = backend
  }

  const learn = (backend: BackendKey): boolean => {
    if (order.includes(backend)) {
      if (members !== null || backend !== order[0]) {
        learnFrom(backend)
        return false
      }
      isRoundKnown = true
    } else order.push(backend)
    if (members !== null && order.length === active()) isRoundKnown = true
    last = backend
    return true
  }

  const took = (backend: BackendKey): boolean => {
    if (members !== null && !members.has(backend)) {
      learnFrom(null)
      return false
    }
    if (away.delete(backend)) learnFrom(null)
    if (!isRoundKnown) return learn(backend)
    if (!order.includes(backend)) {
      // With unknown members somebody new is a newcomer, not a break.
      learnFrom(backend)
      return members === null
    }
    const expected = order[(order.indexOf(last ?? '') + 1) % order.length]
    last = backend
    return backend === expected
  }

  return {
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
