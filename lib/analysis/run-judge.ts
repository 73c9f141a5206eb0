import type { Configuration } from '#lib/protocol/configuration.ts'
import type { Failover, Stretch } from '#lib/protocol/judgement.ts'
import { MAX_STRETCHES } from '#lib/protocol/limits.ts'
import type { BackendKey, Outcome } from '#lib/protocol/model.ts'
import { Failovers } from './failovers.ts'
import { type Fairness, fairnessOf } from './fairness.ts'
import { StretchJudge } from './stretch-judge.ts'

/** One try at a backend that did not answer. `us`: how long it took; null where nobody says. */
export type FailedAttempt = { backend: BackendKey | null; us: number | null }

/** One request with its outcome, in order of seq. */
export type Ended = {
  seq: number
  sentUs: number
  latencyUs: number
  outcome: Outcome
  /** Null: no answer, or one that does not say. */
  generation: string | null
  /** Who answered; null: nobody, or nobody that can be named. */
  backend: BackendKey | null
  failedAttempts: readonly FailedAttempt[]
  resent: boolean
}

export type RunJudgement = {
  /** Null where the members of some generation that answered are not known. */
  fairness: Fairness | null
  /** Null where turns cannot be told in the whole run. */
  deviations: number | null
  /** Answers that each backend was due; null like `fairness`. */
  expected: ReadonlyMap<BackendKey, number> | null
  stretches: Stretch[]
  stretchesLeftOut: number
  failovers: Failover[]
  /** How many requests each backend failed that another one answered. */
  rescuedFrom: ReadonlyMap<BackendKey, number>
}

/** Judges a run as it goes, each generation within itself: a reload starts the front door's counters at zero. Pure. */
export class RunJudge {
  readonly #configurationOf: (generation: string) => Configuration | null
  readonly #stretches = new Map<string | null, StretchJudge>()
  readonly #failovers = new Failovers()
  readonly #rescuedFrom = new Map<BackendKey, number>()
  #newest: StretchJudge | null = null
  #newestGeneration: string | null = null
  #isOneAtATime: boolean

  /** `configurationOf` is asked once for each generation, at its first sample. */
  constructor(configurationOf: (generation: string) => Configuration | null, isOneAtATime: boolean) {
    this.#configurationOf = configurationOf
    this.#isOneAtATime = isOneAtATime
  }

  /** From now on requests overlap: turns of generations that are over stay judged, others cannot be told any more. */
  overlap(): void {
    if (!this.#isOneAtATime) return
    this.#isOneAtATime = false
    this.#newest?.stopTurns()
  }

  take(ended: Ended): void {
    const { outcome, backend, sentUs, latencyUs } = ended
    const stretch = this.#stretchOf(ended)
    const isAnswered = outcome === 'answered'
    const failed = ended.failedAttempts
    if (failed.length > 0) this.#noteFailures(ended, stretch ?? this.#newest)
    if (this.#isOneAtATime)
      // What bears no generation took a turn in the one in force.
      (stretch ?? this.#newest)?.turn({
        backend: isAnswered ? backend : null,
        failed: failed.map((attempt) => attempt.backend),
        tookUnseenTurn: ended.resent || (isAnswered ? backend === null : failed.length === 0),
      })
    if (stretch === null) return
    stretch.ended(ended.seq, sentUs, sentUs + latencyUs)
    if (!isAnswered) return
    stretch.answeredBy(backend)
    if (backend !== null) this.#failovers.answered(backend, sentUs)
  }

  judgement(): RunJudgement {
    const reports = [...this.#stretches.values()].map((stretch) => stretch.report())
    const isKnown = reports.every(({ answered, spread }) => answered === 0 || spread !== null)
    const expected = isKnown ? expectedIn(reports) : null
    return {
      fairness: expected && fairnessIn(reports, expected),
      deviations: sumOrNull(reports.map(({ deviations }) => deviations)),
      expected,
      stretches: reports.slice(-MAX_STRETCHES),
      stretchesLeftOut: Math.max(0, reports.length - MAX_STRETCHES),
      failovers: this.#failovers.report(),
      rescuedFrom: this.#rescuedFrom,
    }
  }

  /** Null for a request that nobody answered and that bears no generation: it lies in none. */
  #stretchOf({ generation, outcome, seq }: Ended): StretchJudge | null {
    if (generation === null && outcome !== 'answered') return null
    if (this.#newest && generation === this.#newestGeneration) return this.#newest
    let stretch = this.#stretches.get(generation)
    if (!stretch) {
      const configuration = generation === null ? null : this.#configurationOf(generation)
      stretch = new StretchJudge(generation, configuration, seq, this.#isOneAtATime)
      this.#stretches.set(generation, stretch)
    }
    this.#newest = stretch
    this.#newestGeneration = generation
    return stretch
  }

  #noteFailures({ outcome, backend, sentUs, failedAttempts }: Ended, stretch: StretchJudge | null): void {
    let atUs = sentUs
    const rescuedFrom = new Set<BackendKey>()
    for (const attempt of failedAttempts) {
      atUs += attempt.us ?? 0
      if (attempt.backend === null) continue
      this.#failovers.failed(attempt.backend, atUs, stretch?.answers ?? new Map(), stretch?.members ?? null)
      if (outcome === 'answered' && attempt.backend !== backend) rescuedFrom.add(attempt.backend)
    }
    for (const from of rescuedFrom) this.#rescuedFrom.set(from, (this.#rescuedFrom.get(from) ?? 0) + 1)
  }
}

/** Jain's index goes over the whole run: what each answered of all that it was due. The spread is the largest of any stretch. */
function fairnessIn(stretches: readonly Stretch[], expected: ReadonlyMap<BackendKey, number>): Fairness | null {
  const answered = new Map<BackendKey, number>()
  for (const { byBackend } of stretches)
    for (const one of byBackend) answered.set(one.backend, (answered.get(one.backend) ?? 0) + one.answered)
  const whole = fairnessOf(
    [...answered].map(([backend, got]) => ({ answered: got, expected: expected.get(backend) ?? 0 })),
  )
  if (!whole) return null
  return { spread: Math.max(...stretches.map(({ spread }) => spread ?? 0)), jain: whole.jain }
}

function expectedIn(stretches: readonly Stretch[]): Map<BackendKey, number> {
  const all = new Map<BackendKey, number>()
  for (const { byBackend } of stretches)
    for (const { backend, expected } of byBackend) all.set(backend, (all.get(backend) ?? 0) + (expected ?? 0))
  return all
}

const sumOrNull = (values: readonly (number | null)[]): number | null =>
  values.length === 0
    ? null
    : values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0)
