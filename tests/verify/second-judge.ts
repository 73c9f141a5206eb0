import type { Configuration } from '#lib/protocol/configuration.ts'
import type { Sample } from '#lib/protocol/model.ts'
import type { RunGeneration } from '#lib/protocol/run.ts'

/** What one generation comes to by this judge. `deviations` null: several were in flight. */
export type Judged = {
  generation: string | null
  answered: number
  spread: number | null
  deviations: number | null
  /** Whether it took more than one answer of more than one member, so that there was something to choose. */
  hasChoice: boolean
}

/** One request as its generation saw it: who failed it, who answered it, and whether somebody unseen had a turn. */
type Request = { failed: (string | null)[]; by: string | null; unseen: boolean }

/**
 * A second opinion on a run, from its exported samples and its configurations alone. It is written from the decisions
 * (docs/decisions/judging-turns.md, judged-within-generations.md) with the whole run in hand, and shares no code with the product.
 * Weights are equal in every story.
 */
export function judgeAgain(
  samples: readonly Sample[],
  generations: readonly RunGeneration[],
  inFlight: number,
): Judged[] {
  const configurations = new Map(generations.map(({ generation, configuration }) => [generation, configuration]))
  const ordered = samples.toSorted((one, other) => one.seq - other.seq)
  return namesIn(ordered).map((generation) => {
    const own = ordered.filter((sample) => liesIn(sample, generation))
    const answered = own.filter(({ outcome }) => outcome === 'answered')
    const members = membersOf(generation === null ? undefined : configurations.get(generation))
    return {
      generation,
      answered: answered.length,
      spread: members && spreadOf(answered, members),
      deviations: inFlight > 1 || !members ? null : deviationsOf(requestsOf(ordered, generation), members),
      hasChoice: answered.length > 1 && (members ?? []).length > 1,
    }
  })
}

const liesIn = ({ generation, outcome }: Sample, which: string | null): boolean =>
  generation === which && (generation !== null || outcome === 'answered')

/** Every generation that a sample lies in, in order of appearance. */
const namesIn = (samples: readonly Sample[]): (string | null)[] => [
  ...new Set(samples.filter((sample) => liesIn(sample, sample.generation)).map(({ generation }) => generation)),
]

const membersOf = (configuration: Configuration | undefined): string[] | null =>
  configuration?.servers.filter(({ state, backup }) => state === 'in' && !backup).map(({ backend }) => backend) ?? null

function spreadOf(answered: readonly Sample[], members: readonly string[]): number | null {
  const named = answered.filter(({ backend }) => backend !== null)
  if (named.length === 0 || members.length === 0) return null
  const strangers = new Set(named.map(({ backend }) => backend as string).filter((one) => !members.includes(one)))
  const answersOf = (one: string): number => named.filter(({ backend }) => backend === one).length
  const off = [
    ...members.map((one) => answersOf(one) - named.length / members.length),
    ...[...strangers].map((one) => answersOf(one)),
  ]
  return Math.max(...off) - Math.min(...off)
}

/** The requests of a generation; one that bears none counts to the generation of the last one before it that does. */
function requestsOf(ordered: readonly Sample[], generation: string | null): Request[] {
  let inForce: string | null | undefined
  const requests: Request[] = []
  for (const sample of ordered) {
    if (liesIn(sample, sample.generation)) inForce = sample.generation
    if (inForce !== generation) continue
    const isAnswered = sample.outcome === 'answered'
    const tried = sample.attempts.map(({ backend }) => backend)
    const failed = isAnswered ? tried.slice(0, -1) : tried
    const by = isAnswered ? sample.backend : null
    requests.push({ failed, by, unseen: sample.resent || (by === null && (isAnswered || failed.length === 0)) })
  }
  return requests
}

/**
 * A pick is in turn when the pick one round before was the same backend, and within the first round when nobody had two.
 * `picks` holds what is known of the order: it is emptied where the order may be another.
 */
function deviationsOf(requests: readonly Request[], members: readonly string[]): number {
  const away = new Set<string>()
  let picks: string[] = []
  let pardoned = 0
  let deviations = 0
  const round = (): number => members.length - away.size
  const pardon = (rounds: number): void => {
    pardoned = Math.max(pardoned, 1, round() * rounds)
  }
  const pick = (backend: string): void => {
    const isBack = away.delete(backend)
    if (isBack) picks = []
    const last = picks.slice(-round())
    const isKnown = last.length === round()
    const isInTurn = members.includes(backend) && (isKnown ? last[0] === backend : !last.includes(backend))
    if (isInTurn) picks.push(backend)
    else if (!members.includes(backend)) picks = []
    else if (pardoned > 0 || !isKnown) picks = [backend]
    else picks = [...last.slice(last.indexOf(backend) + 1), ...last.slice(0, last.indexOf(backend) + 1)]
    if (isBack) pardon(2)
    else if (!isInTurn && pardoned === 0) deviations++
    if (pardoned > 0) pardoned--
  }
  for (const { failed, by, unseen } of requests) {
    for (const tried of failed) {
      if (tried !== null) {
        pick(tried)
        if (members.includes(tried)) away.add(tried)
        picks = []
      }
      pardon(2)
    }
    if (unseen) pardon(1)
    if (by !== null) pick(by)
  }
  return deviations
}
