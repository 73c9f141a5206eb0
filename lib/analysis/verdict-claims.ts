import type { Configuration } from '#lib/protocol/configuration.ts'
import type { Stretch } from '#lib/protocol/judgement.ts'
import type { BackendKey, Burst } from '#lib/protocol/model.ts'
import { type Expectation, expectationOf } from './expectation.ts'

/** Neighbouring stretches under lists with the same members. */
export type Phase = { members: readonly BackendKey[]; stretches: readonly Stretch[]; answered: number }

/** What can be said of a run by its stretches: those that answered something. */
export type Claims = {
  phases: readonly Phase[]
  /** How many generations answered, those that the summary leaves out counted. */
  stretches: number
  /** The least that any of the policies in force promised; null where one of them is not known. */
  kind: Expectation['kind'] | null
  /** Whether the front door had a choice: two backends or more, and two answers or more, in some stretch. */
  hasChoice: boolean
  uneven: readonly Stretch[]
  /** One that the summary leaves out was not even. */
  isUnevenBefore: boolean
  /** Null where turns are not judged. */
  outOfTurn: number | null
  /** Answers of backends that nobody can name. */
  unnamed: number
}

type Judged = { stretch: Stretch; expectation: Expectation | null; members: readonly BackendKey[] }

const ORDER: readonly Expectation['kind'][] = ['turns', 'shares', 'none']
/** Fractions of a request do not add up to the last digit. */
const ROUNDING = 1e-6

/** `inFlight` is the burst's own: its stretches were counted then. */
export function claimsOf(burst: Burst, generations: ReadonlyMap<string, Configuration>): Claims {
  const judged = burst.stretches.filter(({ answered }) => answered > 0).map((stretch) => judgedBy(stretch, generations))
  const unnamed = judged.reduce((sum, { stretch }) => sum + unnamedIn(stretch), 0)
  // Each took a turn that no count shows. One at a time, the request in flight comes after all that are counted.
  const inFlight = burst.request.concurrency > 1 ? burst.inFlight : 0
  const unseen = inFlight + burst.cancelled + burst.timedOut + burst.resent + unnamed + ROUNDING
  const uneven = judged.filter(
    ({ stretch, expectation }) => (stretch.spread ?? 0) > (expectation?.evenSpread ?? Infinity) + unseen,
  )
  const largest = Math.max(0, ...judged.map(({ stretch }) => stretch.spread ?? 0))
  const isElsewhere = burst.stretchesLeftOut > 0 && (burst.fairness?.spread ?? 0) > largest
  return {
    phases: phasesOf(judged),
    stretches: judged.length + burst.stretchesLeftOut,
    kind: judged.reduce<Claims['kind']>((least, { expectation }) => weaker(least, expectation?.kind ?? null), 'turns'),
    hasChoice: judged.some(({ stretch, members }) => stretch.answered > 1 && members.length > 1),
    uneven: uneven.map(({ stretch }) => stretch),
    isUnevenBefore: isElsewhere && uneven.length === 0 && (burst.fairness?.spread ?? 0) > 1 + unseen,
    outOfTurn: burst.request.concurrency === 1 ? burst.deviations : null,
    unnamed,
  }
}

/** Its members are whoever is due something; where nobody knows that, whoever answered. */
function judgedBy(stretch: Stretch, generations: ReadonlyMap<string, Configuration>): Judged {
  const configuration = stretch.generation === null ? undefined : generations.get(stretch.generation)
  const expectation = configuration ? expectationOf(configuration) : null
  const members = expectation ? [...expectation.shares.keys()] : stretch.byBackend.map(({ backend }) => backend)
  return { stretch, expectation, members }
}

const weaker = (one: Claims['kind'], other: Claims['kind']): Claims['kind'] =>
  one === null || other === null ? null : ORDER.indexOf(one) > ORDER.indexOf(other) ? one : other

const unnamedIn = ({ answered, byBackend }: Stretch): number =>
  byBackend.reduce((left, one) => left - one.answered, answered)

function phasesOf(judged: readonly Judged[]): Phase[] {
  const phases: { members: readonly BackendKey[]; stretches: Stretch[]; answered: number }[] = []
  for (const { stretch, members } of judged) {
    const last = phases.at(-1)
    if (last?.members.length === members.length && members.every((one) => last.members.includes(one))) {
      last.stretches.push(stretch)
      last.answered += stretch.answered
    } else phases.push({ members, stretches: [stretch], answered: stretch.answered })
  }
  return phases
}

/** Whoever stood in some list of the run. */
export const membersOf = ({ phases }: Claims): BackendKey[] => [...new Set(phases.flatMap(({ members }) => members))]
