import type { Configuration } from '#lib/protocol/configuration.ts'
import type { Verdict } from '#lib/protocol/judgement.ts'
import { type Action, type BackendKey, type Burst, failedInAll, settledOf, type Totals } from '#lib/protocol/model.ts'
import type { Run, RunBackend } from '#lib/protocol/run.ts'
import { lateStartNote } from './late-starts.ts'
import { type Claims, claimsOf, membersOf } from './verdict-claims.ts'
import { causeOf, type FailoverParts, failoverNotes, fallNotes } from './verdict-failover.ts'
import { sharesNote } from './verdict-shares.ts'
import { count, namesOf } from './wording.ts'

/** A run as far as a verdict needs it: nothing of it is looked up in the cluster of now. */
export type RunFacts = {
  burst: Burst | null
  /** The burst's own, or newer ones while it runs. */
  totals: Totals
  /** The same for what each backend answered; may be empty. */
  answeredBy: Readonly<Record<BackendKey, { answered: number }>>
  generations: ReadonlyMap<string, Configuration>
  backends: ReadonlyMap<BackendKey, RunBackend>
  actions: readonly Action[]
}

/** A whole run, as the server and a file have it. */
export const factsOf = (run: Run): RunFacts => ({
  burst: run,
  totals: run,
  answeredBy: {},
  generations: new Map(run.generations.map(({ generation, configuration }) => [generation, configuration])),
  backends: new Map(run.backends.map((backend) => [backend.backend, backend])),
  actions: run.actions,
})

/** The one sentence that answers what people came for, of one run. Pure. */
export function verdictOf(facts: RunFacts): Verdict {
  const { burst, totals } = facts
  if (!burst) return { tone: 'plain', sentence: 'Nothing sent yet.', note: '', showFailures: false }
  if (burst.status === 'failed')
    return {
      tone: 'bad',
      sentence: `The burst failed: ${(burst.failure ?? 'the reason is in the log').replace(/\.$/, '')}.`,
      note: totals.answered > 0 ? `${count(totals.answered)} were answered before` : '',
      showFailures: failedInAll(totals) + totals.rescued > 0,
    }
  if (burst.status === 'running' && settledOf(totals) === 0)
    return { tone: 'plain', sentence: 'Waiting for the first answer.', note: '', showFailures: false }
  // A page that lags has the summary before the configurations: the server judged it with them.
  if (burst.verdict.sentence !== '' && lacksConfiguration(burst, facts.generations)) return burst.verdict
  const claims = claimsOf(burst, facts.generations)
  const names = namesOf(facts.backends)
  const parts: FailoverParts = { burst, totals, actions: facts.actions, names }
  const stopped = burst.status === 'cancelled' ? ', then cancelled' : ''
  const { answered, rescued } = totals
  const failed = failedInAll(totals)
  const note = noteOf(parts, claims, facts)
  const showFailures = failed + rescued > 0
  if (failed > 0) {
    const saved = rescued > 0 ? ` ${rescueOf(parts)}` : ''
    return { tone: 'bad', sentence: `${failuresOf(totals)}${stopped}.${saved}`, note, showFailures }
  }
  if (answered === 0) return { tone: 'plain', sentence: nothingCame(burst, totals), note, showFailures }
  if (rescued > 0)
    return {
      tone: 'good',
      sentence: `${count(answered)} answered, none failed${stopped}. ${rescueOf(parts)}`,
      note,
      showFailures,
    }
  const { words, change, isGood } = sharesNote(facts, claims, names)
  const sentence = `${count(answered)} answered${words}${stopped}${change}.`
  return { tone: isGood ? 'good' : 'plain', sentence, note, showFailures }
}

const lacksConfiguration = ({ stretches }: Burst, generations: RunFacts['generations']): boolean =>
  stretches.some(({ generation, spread }) => spread !== null && generation !== null && !generations.has(generation))

/** "6 of 21 failed: 1 got no answer from a backend, 2 timed out, 3 were answered with an error" */
function failuresOf(totals: Totals): string {
  const { failed, timedOut, errors } = totals
  const all = failedInAll(totals)
  const verb = (times: number, one: string, many: string): string => (times === 1 ? one : many)
  const parts = [
    { times: failed, words: 'got no answer from a backend' },
    { times: timedOut, words: 'timed out' },
    { times: errors, words: `${verb(errors, 'was', 'were')} answered with an error` },
  ].filter(({ times }) => times > 0)
  const [only] = parts
  const told =
    parts.length === 1 && only
      ? `${only.times === 2 ? 'both' : verb(only.times, 'it', `all ${count(only.times)}`)} ${only.words}`
      : parts.map(({ times, words }) => `${count(times)} ${words}`).join(', ')
  return `${count(all)} of ${count(settledOf(totals) - totals.cancelled)} failed: ${told}`
}

const rescueOf = (parts: FailoverParts): string => {
  const { rescued } = parts.totals
  return `${count(rescued)} ${rescued === 1 ? 'was' : 'were'} rescued${causeOf(parts)}.`
}

function nothingCame(burst: Burst, { sent, cancelled }: Totals): string {
  if (burst.status === 'cancelled')
    return sent === 0 ? 'Cancelled before anything was sent.' : 'Cancelled before any answer.'
  if (sent === 0) return 'Nothing was sent.'
  return cancelled > 0 ? 'Cancelled before any answer.' : 'No backend answered.'
}

/** Small print: how it was judged, and what else to know. */
function noteOf(parts: FailoverParts, claims: Claims, { totals, backends, generations }: RunFacts): string {
  const { burst } = parts
  const { requests } = burst.request
  const said: string[] = []
  if (failedInAll(totals) + totals.rescued > 0) {
    said.push(...(totals.rescued > 0 ? failoverNotes(parts) : fallNotes(parts)))
    if (failedInAll(totals) > 0 && wasListEmpty(burst, generations)) said.push('for a while the list had no backend')
    if ((claims.outOfTurn ?? 0) > 0) said.push(`${count(claims.outOfTurn ?? 0)} out of turn`)
  } else if (totals.answered > 0) said.push(judgedNote(burst, totals, claims))
  const isTroubled = failedInAll(totals) + totals.rescued + (claims.outOfTurn ?? 0) + claims.uneven.length > 0
  const down = membersOf(claims).filter((member) => backends.get(member)?.wasDown)
  if (isTroubled && down.length > 0)
    said.push(`${parts.names.all(down)} ${down.length === 1 ? 'was' : 'were'} down when it began`)
  if (claims.unnamed > 0) said.push(`${count(claims.unnamed)} came from backends that nobody can name`)
  if (totals.sent === 0 && burst.status === 'finished') said.push('its time was over before the first request was due')
  if (burst.status === 'cancelled' && requests !== undefined)
    said.push(`cancelled after ${count(settledOf(totals))} of ${count(requests)}`)
  if (totals.resent > 0)
    said.push(
      totals.resent === 1
        ? '1 was sent again, since its connection had been closed'
        : `${count(totals.resent)} were sent again, since their connections had been closed`,
    )
  const late = lateStartNote(burst)
  if (late !== null) said.push(late)
  return said.join('; ')
}

/** Nobody could be asked: every server of some configuration was out of it. */
const wasListEmpty = ({ stretches }: Burst, generations: RunFacts['generations']): boolean =>
  stretches.some(({ generation }) => generations.get(generation ?? '')?.servers.every(({ state }) => state !== 'in'))

/** How it was judged, or why not. */
function judgedNote(burst: Burst, { answered }: Totals, claims: Claims): string {
  const { concurrency } = burst.request
  if (answered === 1) return 'one answer, so there are no turns to judge'
  if (claims.kind === null) return 'not judged: which list of backends was in force is not known'
  if (claims.kind === 'none') return 'not judged: this policy promises no shares'
  if (!claims.hasChoice) return 'one backend, so there are no turns to judge'
  const anew = claims.stretches > 1 ? ', anew after each reload' : ''
  if (concurrency > 1) return `${count(concurrency)} in flight: judged by counts, not by turns${anew}`
  if (claims.outOfTurn === null)
    return claims.kind === 'shares'
      ? `weighted: judged by counts, not by turns${anew}`
      : `several in flight for a while: judged by counts, not by turns${anew}`
  return `one in flight: judged turn by turn${anew}`
}
