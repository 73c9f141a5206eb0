import type { BackendKey } from '#lib/protocol/model.ts'
import { createEqualTurns, type TurnRule } from './turn-rule.ts'

/** One ended request as the judge sees it, in order of seq, at concurrency 1. */
export type Turn = {
  seq: number
  generation: string | null
  /** Who answered; null: nobody. */
  backend: BackendKey | null
  /** The backends that were tried and did not answer, in order, before the one that did; null for one that is not known. */
  failed: readonly (BackendKey | null)[]
  /** It was sent a second time by us, or ended by our own deadline: a turn was taken that no answer tells of. */
  tookUnseenTurn: boolean
}

/** Why a break is not counted: the front door did as it should. */
export type Excuse = 'restarted' | 'failure' | 'unseen'

export type Deviation = { seq: number; got: BackendKey; how: 'repeated' | 'skipped' | 'stranger' }

export type TurnReport = {
  /** Departures from strict alternation: what the contract calls `deviations`. */
  deviations: number
  /** The first of them, at most KEPT. */
  found: readonly Deviation[]
  /** Breaks that have a cause, by cause. */
  explained: Readonly<Record<Excuse, number>>
  judged: number
}

export type TurnJudge = {
  /** Who stands in the list of this generation, as far as known. Tell it before the samples of that generation. */
  know: (generation: string, members: readonly BackendKey[]) => void
  take: (turn: Turn) => void
  report: () => TurnReport
}

const KEPT = 100
const KNOWN_GENERATIONS = 1_000

/**
 * Judges whether the backends took strict turns, sample by sample: O(1) each, so that a server judges a million as they come.
 *
 * Every *attempt* is a pick of the front door, so a rescued request takes the turns of all it tried. Not counted:
 * - `restarted`: the model starts from zero at each generation, since a reload zeroes nginx's counters;
 * - `failure`: a backend that failed is passed over, and comes back at a turn that nobody outside can foretell. nginx's smooth
 *   weighted round robin keeps the counters of one it passes over (ngx_http_upstream_get_peer), so the rounds after a failure
 *   and after a return may be uneven for up to two rounds: breaks within these are explained by it;
 * - `unseen`: a request that we sent again, or gave up waiting for, took a turn that no answer tells of.
 */
export function createTurnJudge(rule: TurnRule = createEqualTurns()): TurnJudge {
  const membersOf = new Map<string, readonly BackendKey[]>()
  const explained: Record<Excuse, number> = { restarted: 0, failure: 0, unseen: 0 }
  const found: Deviation[] = []
  const away = new Set<BackendKey>()
  let generation: string | null | undefined
  let deviations = 0
  let judged = 0
  let excuse: { cause: Excuse; picksLeft: number } | null = null

  const excuseFor = (cause: Excuse, rounds: number) => {
    excuse = { cause, picksLeft: Math.max(1, rule.size() * rounds) }
  }

  const begin = (next: string | null) => {
    generation = next
    away.clear()
    excuse = null
    rule.restart(next === null ? null : (membersOf.get(next) ?? null))
  }

  const pick = (backend: BackendKey, seq: number) => {
    const isBack = away.delete(backend)
    const how = rule.took(backend)
    judged++
    if (isBack) excuseFor('failure', 2)
    else if (how !== 'in-turn') {
      if (excuse) {
        explained[excuse.cause]++
        rule.relearn(backend)
      } else {
        deviations++
        if (found.length < KEPT) found.push({ seq, got: backend, how })
      }
    }
    if (excuse && --excuse.picksLeft <= 0) excuse = null
  }

  return {
    know: (of, members) => {
      membersOf.set(of, members)
      const [oldest] = membersOf.keys()
      if (membersOf.size > KNOWN_GENERATIONS && oldest !== undefined) membersOf.delete(oldest)
    },
    take: (turn) => {
      // An answer that the front door made without a generation says nothing about the list.
      if (generation === undefined || (turn.generation !== null && turn.generation !== generation)) {
        if (generation !== undefined) explained.restarted++
        begin(turn.generation)
      }
      for (const failed of turn.failed) {
        if (failed === null) {
          excuseFor('unseen', 2)
          continue
        }
        pick(failed, turn.seq)
        away.add(failed)
        rule.eject(failed)
        excuseFor('failure', 2)
      }
      if (turn.tookUnseenTurn) excuseFor('unseen', 1)
      if (turn.backend !== null) pick(turn.backend, turn.seq)
    },
    report: () => ({ deviations, found, explained: { ...explained }, judged }),
  }
}
