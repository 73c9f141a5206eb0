import type { Configuration } from '#lib/protocol/configuration.ts'
import type { Stretch } from '#lib/protocol/judgement.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { type Expectation, expectationOf } from './expectation.ts'
import { fairnessOf } from './fairness.ts'
import { type Turn, TurnJudge } from './turn-judge.ts'

/** What one generation answered in a run, judged within itself: contract.md, "Fairness". */
export class StretchJudge {
  /** Who is due answers; null where nobody knows. */
  readonly members: readonly BackendKey[] | null
  readonly answers = new Map<BackendKey, number>()
  readonly #generation: string | null
  readonly #expectation: Expectation | null
  readonly #fromSeq: number
  #turns: TurnJudge | null
  #toSeq = 0
  #fromUs = Number.POSITIVE_INFINITY
  #toUs = 0
  #answered = 0
  #unnamed = 0

  /** `configuration` null: not ours, so nobody knows its members. `oneAtATime` false: turns cannot be told. */
  constructor(generation: string | null, configuration: Configuration | null, fromSeq: number, oneAtATime: boolean) {
    this.#generation = generation
    this.#expectation = configuration && expectationOf(configuration)
    this.members = this.#expectation && [...this.#expectation.shares.keys()]
    this.#fromSeq = fromSeq
    const hasTurns = oneAtATime && (this.#expectation === null || this.#expectation.kind === 'turns')
    this.#turns = hasTurns ? new TurnJudge(this.members) : null
  }

  get deviations(): number | null {
    return this.#turns?.deviations ?? null
  }

  /** Several are in flight, so that neighbours overtake each other. */
  stopTurns(): void {
    this.#turns = null
  }

  /** A request of this generation ended. */
  ended(seq: number, sentUs: number, endedUs: number): void {
    this.#toSeq = seq + 1
    this.#fromUs = Math.min(this.#fromUs, sentUs)
    this.#toUs = Math.max(this.#toUs, endedUs)
  }

  answeredBy(backend: BackendKey | null): void {
    this.#answered++
    if (backend === null) this.#unnamed++
    else this.answers.set(backend, (this.answers.get(backend) ?? 0) + 1)
  }

  /** Also of a request that bears no generation: it may have taken a turn here. */
  turn(turn: Turn): void {
    this.#turns?.take(turn)
  }

  report(): Stretch {
    const byBackend = this.#byBackend()
    const parts = byBackend.flatMap(({ answered, expected }) => (expected === null ? [] : [{ answered, expected }]))
    const fairness = fairnessOf(parts)
    return {
      generation: this.#generation,
      ...{ fromSeq: this.#fromSeq, toSeq: this.#toSeq, fromUs: this.#fromUs, toUs: this.#toUs },
      answered: this.#answered,
      byBackend,
      spread: fairness?.spread ?? null,
      jain: fairness?.jain ?? null,
      deviations: this.deviations,
    }
  }

  /** Whoever is due something stands here, in the order of the list, then whoever answered all the same. */
  #byBackend(): Stretch['byBackend'] {
    const shares = this.#expectation?.kind === 'none' ? null : this.#expectation?.shares
    // Whoever made the unnamed ones was due them.
    const named = this.#answered - this.#unnamed
    const backends = new Set([...(this.members ?? []), ...this.answers.keys()])
    return [...backends].map((backend) => ({
      backend,
      answered: this.answers.get(backend) ?? 0,
      expected: shares ? named * (shares.get(backend) ?? 0) : null,
    }))
  }
}
