import type { SampleLog } from '#lib/client/sample-log.ts'
import { failedAttempts } from '#lib/client/sample-rows.ts'
import type { Ending } from '#lib/diagram/ending.ts'
import { UNKNOWN_BACKEND } from '#lib/protocol/model.ts'
import { outcomeOf, statusOf } from '#lib/protocol/sample-record.ts'

/** How a sample that the log has ended: one value for all that ended alike. The one place where outcomes become pictures. */
export function endingAt(log: SampleLog, seq: number): Ending {
  const known = tables.get(log) ?? new EndingTable(log)
  tables.set(log, known)
  return known.at(seq)
}

/** The contract's "failed": not answered, or answered with an error. What the user cancelled is neither. */
export const isFailedAt = (log: SampleLog, seq: number): boolean => {
  const end = endOf(log.outcomeWord(seq))
  return end === 'failed' || end === 'error'
}

function endOf(word: number): Ending['end'] {
  const outcome = outcomeOf(word)
  if (outcome === 'answered') return statusOf(word) >= 500 ? 'error' : 'answered'
  return outcome === 'cancelled' ? 'cancelled' : 'failed'
}

/** What was tried: how that ended, by route and end, and what was tried next, by peer. */
type Branch = { endings: Map<number, Ending>; next: Map<number, Branch> }

const tables = new WeakMap<SampleLog, EndingTable>()
const ENDS: Ending['end'][] = ['answered', 'error', 'failed', 'cancelled']
/** A front door that chooses at random among many dead backends has ever new ways to fail: they must not grow the page. */
const MOST_ENDINGS = 4_096

/**
 * The few ways in which the many samples of a run end. In an outage at full speed tens of thousands are looked at in one
 * picture: each is found by its numbers, and nothing is made for it.
 */
class EndingTable {
  readonly #log: SampleLog
  #root = newBranch()
  #count = 0
  #tablesRead = -1

  constructor(log: SampleLog) {
    this.#log = log
  }

  at(seq: number): Ending {
    const log = this.#log
    if (this.#tablesRead !== log.tablesRead || this.#count > MOST_ENDINGS) this.#forget()
    const end = endOf(log.outcomeWord(seq))
    const slot = log.detailSlot(seq)
    let branch = this.#root
    const attempts = slot === -1 ? 0 : log.attemptsIn(slot)
    for (let attempt = 0; attempt < attempts; attempt++) branch = nextOf(branch, log.peerIn(slot, attempt))
    // NO_ROUTE becomes 0: small numbers are found faster.
    const key = ((log.routeIndex(seq) + 1) >>> 0) * ENDS.length + ENDS.indexOf(end)
    const known = branch.endings.get(key)
    if (known) return known
    const ending = readEnding(log, seq, end)
    branch.endings.set(key, ending)
    this.#count++
    return ending
  }

  #forget(): void {
    this.#root = newBranch()
    this.#count = 0
    this.#tablesRead = this.#log.tablesRead
  }
}

const newBranch = (): Branch => ({ endings: new Map(), next: new Map() })

function nextOf(branch: Branch, peer: number): Branch {
  const known = branch.next.get(peer)
  if (known) return known
  const fresh = newBranch()
  branch.next.set(peer, fresh)
  return fresh
}

function readEnding(log: SampleLog, seq: number, end: Ending['end']): Ending {
  const tried = failedAttempts(log, seq)
  const isAnswered = end === 'answered' || end === 'error'
  return { backend: isAnswered ? (log.route(seq)?.backend ?? UNKNOWN_BACKEND) : null, tried, end }
}
