import type { Action, Backend, BackendKey, Burst, Totals } from '#lib/protocol/model.ts'
import { causeOf, type Failover, failoverNotes } from './verdict-failover.ts'
import { countsNote, type Named, sharesOf } from './verdict-shares.ts'
import { count, percent } from './wording.ts'

/** `bad` only where requests failed: a wrong turn is worth a word, not an alarm. */
export type Verdict = {
  tone: 'good' | 'bad' | 'plain'
  sentence: string
  /** Small print: how it was judged, and what else to know. May be empty. */
  note: string
  /** Whether there are failed or rescued requests to be shown. */
  showFailures: boolean
}

export type Judged = {
  burst: Burst | null
  /** Newer than the burst's own while it runs. */
  totals: Totals
  answeredBy: Readonly<Record<BackendKey, { answered: number }>>
  /** Of the cluster now: who should have had a turn. */
  backends: readonly Backend[]
  /** Of every backend ever seen: those that are gone have answered, too. */
  numbers: ReadonlyMap<BackendKey, number>
  actions: readonly Action[]
  failover: Failover | null
}

/** Above this share of late starts the page says that the front door cannot keep the rate. */
const LATE_STARTS_SAID_ABOVE = 0.01

const settled = (totals: Totals): number => totals.answered + totals.failed + totals.timedOut + totals.cancelled

/** "1 failed, 2 timed out, 3 answered with an error": empty when nothing of that happened. */
const unwell = (totals: Totals): string[] => [
  ...(totals.failed > 0 ? [`${count(totals.failed)} failed`] : []),
  ...(totals.timedOut > 0 ? [`${count(totals.timedOut)} timed out`] : []),
  ...(totals.errors > 0 ? [`${count(totals.errors)} answered with an error`] : []),
]

function sentence(judged: Judged, shares: Named[], burst: Burst): { tone: Verdict['tone']; sentence: string } {
  const { totals } = judged
  const { answered, rescued, cancelled } = totals
  const bad = unwell(totals)
  const stopped = burst.status === 'cancelled' ? ', then cancelled' : ''
  if (bad.length > 0) {
    const tail = answered === 0 ? 'nobody answered' : `${count(answered)} answered`
    const saved = rescued > 0 ? [`${count(rescued)} rescued${causeOf({ ...judged, burst })}`] : []
    const words = [...bad, ...saved].join(', ')
    return { tone: 'bad', sentence: `${words}; ${tail}${stopped}.` }
  }
  if (answered === 0)
    return { tone: 'plain', sentence: cancelled > 0 || stopped ? 'Cancelled before an answer.' : 'Nobody answered.' }
  if (rescued > 0) {
    const saved = `${count(rescued)} ${rescued === 1 ? 'was' : 'were'} rescued${causeOf({ ...judged, burst })}`
    return { tone: 'good', sentence: `${count(answered)} answered, none failed${stopped}. ${saved}.` }
  }
  const { words, isEven } = countsNote(shares, totals, burst)
  const outOfTurn = outOfTurnIn(burst)
  const turns =
    outOfTurn === null || shares.length < 2
      ? ''
      : outOfTurn === 0
        ? ', in strict turn'
        : `, ${count(outOfTurn)} out of turn`
  const isGood = isEven && (outOfTurn ?? 0) === 0
  return { tone: isGood ? 'good' : 'plain', sentence: `${count(answered)} answered${words}${turns}${stopped}.` }
}

/** Null where turns cannot be told, since several were on their way at once: the whole time, or since an edit. */
const outOfTurnIn = ({ deviations, request }: Burst): number | null => (request.concurrency === 1 ? deviations : null)

/** What was judged, and why not more. */
function judgedNote({ totals }: Judged, shares: Named[], burst: Burst): string {
  const { concurrency } = burst.request
  if (shares.length < 2 && totals.answered > 0)
    return `${totals.answered === 1 ? 'one answer' : 'one backend'}, so there are no turns to judge`
  if (concurrency > 1) return `${count(concurrency)} at once, so counts are judged, not turns`
  return burst.deviations === null
    ? 'several at once for a while, so counts are judged, not turns'
    : 'one at a time, so turns are judged'
}

/** After a rescue the sentence is about that; turns are told here. */
function rescueNotes(judged: Judged, burst: Burst): string[] {
  const outOfTurn = outOfTurnIn(burst)
  const turns = outOfTurn === null || outOfTurn === 0 ? [] : [`${count(outOfTurn)} out of turn`]
  return [...failoverNotes({ ...judged, burst }), ...turns]
}

function notes(judged: Judged, shares: Named[], burst: Burst): string {
  const { totals } = judged
  const { ratePerSecond, requests } = burst.request
  const said = totals.rescued > 0 ? rescueNotes(judged, burst) : [judgedNote(judged, shares, burst)]
  if (burst.status === 'cancelled' && requests !== undefined)
    said.push(`cancelled after ${count(settled(totals))} of ${count(requests)}`)
  if (totals.resent > 0) said.push(`${count(totals.resent)} sent again on a connection that had been closed`)
  if (burst.lateStarts !== null && burst.lateStarts > LATE_STARTS_SAID_ABOVE && ratePerSecond !== undefined)
    said.push(
      `the front door cannot keep ${count(ratePerSecond)} a second: ${percent(Math.min(1, burst.lateStarts))} waited for a free place`,
    )
  return said.join('; ')
}

/** The one sentence that answers what people came for, of the burst in the panel. Pure. */
export function verdictOf(judged: Judged): Verdict {
  const { burst, totals } = judged
  if (!burst) return { tone: 'plain', sentence: 'Nothing sent yet.', note: '', showFailures: false }
  if (burst.status === 'failed')
    return {
      tone: 'bad',
      sentence: `The burst could not run: ${(burst.failure ?? 'the reason is in the log').replace(/\.$/, '')}.`,
      note: totals.answered > 0 ? `${count(totals.answered)} were answered before` : '',
      showFailures: totals.failed > 0,
    }
  if (burst.status === 'running' && settled(totals) === 0)
    return { tone: 'plain', sentence: 'Waiting for the first answer.', note: '', showFailures: false }
  const shares = sharesOf({ ...judged, burst })
  return {
    ...sentence(judged, shares, burst),
    note: notes(judged, shares, burst),
    showFailures: totals.failed + totals.timedOut + totals.errors + totals.rescued > 0,
  }
}
