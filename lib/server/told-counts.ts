import { NO_ROUTE, OUTCOME_AT, outcomeOf, ROUTE_AT, SAMPLE_WORDS, statusOf } from '#lib/protocol/sample-record.ts'
import type { BackendMeasure, BurstMeasure, BurstTick, RunningBurst } from '#lib/traffic/burst.ts'

type Counts = { answered: number; errors: number }

/**
 * Counts by backend and status at the last tick, from the samples that were told. The engine's own are further on by what its
 * worker did since: a browser that takes such a summary as its base counts those answers twice when their samples come.
 */
export class ToldCounts {
  readonly #byBackend = new Map<string, Counts>()
  readonly #byStatus = new Map<number, number>()
  #isWhole = true

  take({ fromSeq, toSeq }: BurstTick, run: RunningBurst): void {
    const words = run.samples(fromSeq, toSeq)
    if (words.length < (toSeq - fromSeq) * SAMPLE_WORDS) this.#isWhole = false
    const routes = run.routes()
    for (let at = 0; at < words.length; at += SAMPLE_WORDS) {
      const word = words[at + OUTCOME_AT] as number
      if (outcomeOf(word) !== 'answered') continue
      const status = statusOf(word)
      this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1)
      const route = words[at + ROUTE_AT] as number
      const backend = route === NO_ROUTE ? null : (routes[route]?.backend ?? null)
      if (backend !== null) this.#count(backend, status >= 500)
    }
  }

  #count(backend: string, isError: boolean): void {
    let counts = this.#byBackend.get(backend)
    if (!counts) {
      counts = { answered: 0, errors: 0 }
      this.#byBackend.set(backend, counts)
    }
    counts.answered++
    if (isError) counts.errors++
  }

  /** The measure with the counts that go with its totals. Where samples were lost before they could be counted it stays as it is. */
  applyTo(measure: BurstMeasure): BurstMeasure {
    if (!this.#isWhole) return measure
    const known = new Map(measure.byBackend.map((one) => [one.backend, one]))
    const byBackend = [...this.#byBackend].map(
      ([backend, counts]): BackendMeasure => ({
        ...(known.get(backend) ?? { backend, latencySumMs: 0, latencyMs: null }),
        ...counts,
      }),
    )
    return { ...measure, byBackend, byStatus: Object.fromEntries(this.#byStatus) }
  }
}
