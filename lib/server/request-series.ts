import { UNKNOWN_BACKEND } from '#lib/protocol/model.ts'
import { NO_ROUTE, OUTCOME_AT, outcomeOf, ROUTE_AT, SAMPLE_WORDS, statusOf } from '#lib/protocol/sample-record.ts'
import type { BurstTick, RunningBurst } from '#lib/traffic/burst.ts'

/** Upper bounds in seconds: from loopback's tenths of a millisecond to the longest deadline. */
export const BUCKETS_S = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const BUCKETS_US = BUCKETS_S.map((seconds) => seconds * 1e6)

export type BackendSeries = { answered: number; sumUs: number; buckets: number[] }

/** What bursts of this dashboard's life added up to, by backend, counted as the samples come. */
export class RequestSeries {
  readonly #byBackend = new Map<string, BackendSeries>()
  readonly #unanswered = { failed: 0, timedOut: 0, cancelled: 0 }
  #errors = 0

  take({ fromSeq, toSeq }: BurstTick, run: RunningBurst): void {
    const words = run.samples(fromSeq, toSeq)
    const routes = run.routes()
    for (let at = 0; at < words.length; at += SAMPLE_WORDS) {
      const verdict = words[at + OUTCOME_AT] ?? 0
      const outcome = outcomeOf(verdict)
      if (outcome !== 'answered') this.#unanswered[outcome]++
      else
        this.#count(routes[words[at + ROUTE_AT] ?? NO_ROUTE]?.backend ?? UNKNOWN_BACKEND, words[at + 1] ?? 0, verdict)
    }
  }

  byBackend(): ReadonlyMap<string, BackendSeries> {
    return this.#byBackend
  }

  unanswered(): Readonly<Record<'failed' | 'timedOut' | 'cancelled', number>> {
    return this.#unanswered
  }

  /** Answers with status 500 or more. */
  errors(): number {
    return this.#errors
  }

  /** Series of backends that are gone are dropped: a label that never comes back only grows the answer. Nobody's name is no such label. */
  keepOnly(present: ReadonlySet<string>): void {
    for (const backend of this.#byBackend.keys())
      if (!present.has(backend) && backend !== UNKNOWN_BACKEND) this.#byBackend.delete(backend)
  }

  #count(backend: string, latencyUs: number, outcomeWord: number): void {
    if (statusOf(outcomeWord) >= 500) this.#errors++
    let series = this.#byBackend.get(backend)
    if (!series) {
      series = { answered: 0, sumUs: 0, buckets: BUCKETS_S.map(() => 0) }
      this.#byBackend.set(backend, series)
    }
    series.answered++
    series.sumUs += latencyUs
    const bucket = BUCKETS_US.findIndex((bound) => latencyUs <= bound)
    if (bucket >= 0) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
  }
}
