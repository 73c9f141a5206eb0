import type { BackendKey } from '#lib/protocol/model.ts'
import type { RunFacts } from './verdict.ts'
import type { Claims, Phase } from './verdict-claims.ts'
import { count, type Names, times } from './wording.ts'

type Share = { backend: BackendKey; answered: number }

/** Named one by one up to here. */
const NAMED_UP_TO = 3

/** What follows "N answered": ", 24 each, in strict rotation", or who got how much; and what changed on the way. */
export function sharesNote(
  facts: RunFacts,
  claims: Claims,
  names: Names,
): { words: string; change: string; isGood: boolean } {
  const { phases, outOfTurn } = claims
  const isEven = claims.uneven.length === 0 && !claims.isUnevenBefore
  const [only] = phases
  const words =
    phases.length === 1 && only
      ? withTurns(onePhase(facts, claims, only, names), claims, isEven)
      : `${manyPhases(claims, names)}${outOfTurnNote(claims)}`
  return { words, change: changeNote(facts, claims, names), isGood: isEven && (outOfTurn ?? 0) === 0 }
}

const isRotation = ({ kind, hasChoice, unnamed, outOfTurn }: Claims): boolean =>
  kind === 'turns' && hasChoice && unnamed === 0 && outOfTurn === 0

const outOfTurnNote = ({ outOfTurn }: Claims): string => (outOfTurn ? `, ${count(outOfTurn)} out of turn` : '')

function withTurns(words: string, claims: Claims, isEven: boolean): string {
  if (!isEven || !isRotation(claims)) return `${words}${outOfTurnNote(claims)}`
  return words === '' ? ' in strict rotation' : `${words}, in strict rotation`
}

function onePhase(facts: RunFacts, claims: Claims, phase: Phase, names: Names): string {
  const shares = sharesOf(facts, phase)
  const named = shares.reduce((sum, { answered }) => sum + answered, 0)
  const [most, least] = [shares[0], shares.at(-1)]
  if (!most || !least || named === 0) return ''
  if (facts.totals.answered === 1) return `, by ${names.one(most.backend)}`
  if (shares.length === 1) return `, ${claims.unnamed === 0 ? 'all' : count(named)} by ${names.one(most.backend)}`
  // Somebody answered since whom the last summary does not know: the page has not all counts yet.
  const isWhole = named + claims.unnamed >= facts.totals.answered
  if (claims.uneven.length > 0) return unevenWords(claims, isWhole ? shares : [], names)
  if (claims.isUnevenBefore) return ', not evenly in an earlier stretch'
  if (!isWhole) return ''
  if (claims.kind === 'shares') return `, as weighted: ${listed(shares, names)}`
  if (claims.kind !== 'turns') return `: ${listed(shares, names)}`
  if (claims.unnamed > 0 || most.answered - least.answered > 1)
    return `, about ${count(Math.round(named / shares.length))} each`
  if (most.answered === least.answered) return `, ${count(most.answered)} each`
  if (least.answered > 0) return `, ${count(least.answered)} or ${count(most.answered)} each`
  return `, one each by ${count(named)} of ${count(shares.length)} backends`
}

function manyPhases(claims: Claims, names: Names): string {
  if (claims.uneven.length > 0) return unevenWords(claims, null, names)
  if (claims.isUnevenBefore) return ', not evenly in an earlier stretch'
  if (!claims.hasChoice || claims.unnamed > 0 || claims.kind === null || claims.kind === 'none') return ''
  if (isRotation(claims)) return ' in strict rotation'
  return claims.kind === 'shares' ? ', shared as weighted' : ', shared evenly'
}

/** `whole`: the counts of the run, where it is one stretch; none where they are not known. */
function unevenWords(
  { uneven, stretches, kind, phases }: Claims,
  whole: readonly Share[] | null,
  names: Names,
): string {
  const not = kind === 'shares' ? 'not as weighted' : 'not evenly'
  const [only] = uneven
  if (stretches === 1 && whole) return `, ${not}${whole.length > 0 ? `: ${listed(whole, names)}` : ''}`
  if (uneven.length === stretches) return `, ${not} in any of ${count(stretches)} stretches`
  if (uneven.length > 1 || !only) return `, ${not} in ${count(uneven.length)} of ${count(stretches)} stretches`
  const inOrder = phases.flatMap((phase) => phase.stretches)
  const answered = count(only.answered)
  const where =
    only === inOrder.at(-1)
      ? `the last ${answered}`
      : only === inOrder[0]
        ? `the first ${answered}`
        : `${answered} of them`
  return `, ${not} in ${where}: ${listed(only.byBackend.toSorted(largestFirst), names)}`
}

function listed(shares: readonly Share[], names: Names): string {
  const [most, least] = [shares[0], shares.at(-1)]
  if (!most || !least) return ''
  const by = ({ backend, answered }: Share): string =>
    `${answered === 0 ? 'none' : count(answered)} by ${names.one(backend)}`
  if (shares.length <= NAMED_UP_TO) return shares.map(by).join(', ')
  return `from ${by(least)} to ${by(most)}`
}

/**
 * What everybody in the list answered, largest first. While the run goes on the page knows newer counts than the last summary:
 * they hold as long as nobody new is among them.
 */
function sharesOf({ burst, answeredBy }: RunFacts, phase: Phase): Share[] {
  const shares = new Map<BackendKey, number>(phase.members.map((backend) => [backend, 0]))
  for (const { byBackend } of phase.stretches)
    for (const { backend, answered } of byBackend) shares.set(backend, (shares.get(backend) ?? 0) + answered)
  const newer = Object.entries(answeredBy).filter(([, { answered }]) => answered > 0)
  if (burst?.status === 'running' && newer.every(([backend]) => shares.has(backend)))
    for (const [backend, { answered }] of newer) shares.set(backend, Math.max(answered, shares.get(backend) ?? 0))
  return [...shares].map(([backend, answered]) => ({ backend, answered })).sort(largestFirst)
}

const largestFirst = (one: Share, other: Share): number => other.answered - one.answered

/** "; backend 3 joined for the last one": empty where nobody came or went. */
function changeNote({ burst, totals }: RunFacts, { phases, stretches }: Claims, names: Names): string {
  const [first, second] = phases
  if (!first || !second) return ''
  if (phases.length > 2) {
    const told = phases.reduce((sum, phase) => sum + phase.stretches.length, 0)
    return `; the list of backends changed ${told < stretches ? 'at least ' : ''}${times(phases.length - 1)}`
  }
  const after = second.answered + totals.answered - (burst?.answered ?? totals.answered)
  const last = after === 1 ? 'the last one' : `the last ${count(after)}`
  const joined = second.members.filter((one) => !first.members.includes(one))
  const left = first.members.filter((one) => !second.members.includes(one))
  if (left.length === 0) return `; ${names.all(joined)} joined for ${last}`
  const gone = `${names.all(left)} left before ${last}`
  return joined.length === 0 ? `; ${gone}` : `; ${names.all(joined)} joined and ${gone}`
}
