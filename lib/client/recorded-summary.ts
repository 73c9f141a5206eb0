import { endedSample } from '#lib/analysis/ended-sample.ts'
import { bucketOf, HISTOGRAM_BUCKETS, quantilesUs } from '#lib/analysis/histogram.ts'
import { RunJudge } from '#lib/analysis/run-judge.ts'
import type { Detail } from '#lib/protocol/frame.ts'
import {
  type BackendKey,
  type BackendShare,
  type Burst,
  type Quantiles,
  settledOf,
  type Totals,
} from '#lib/protocol/model.ts'
import type { SampleTables } from '#lib/protocol/read-sample.ts'
import type { Run } from '#lib/protocol/run.ts'
import { NO_ROUTE, OUTCOME_AT, outcomeOf, ROUTE_AT, statusOf } from '#lib/protocol/sample-record.ts'
import { totalsOf } from './run-view.ts'

const SHARES = [0.5, 0.9, 0.95, 0.99, 0.999]

/**
 * The summary of a run in mid-run, as the server had it then, from the samples up to there. Of a run whose first samples are
 * no longer kept nothing can be judged in between: only its counts are told.
 */
export class RecordedSummary {
  readonly #tables: SampleTables
  /** What stood on the account before the first sample. */
  readonly #before: Burst
  readonly #judge: RunJudge | null
  readonly #byStatus: Record<string, number> = {}
  readonly #byBackend = new Map<BackendKey, { answered: number; errors: number; latencies: Latencies }>()
  readonly #fromSent = new Latencies()
  readonly #fromDue = new Latencies()
  readonly #totals: Totals

  constructor(run: Run, tables: SampleTables, before: Burst) {
    this.#tables = tables
    this.#before = before
    const configurations = new Map(run.generations.map((one) => [one.generation, one.configuration]))
    const isOneAtATime = run.request.concurrency === 1 && run.deviations !== null
    const isWhole = settledOf(before) === 0
    this.#judge = isWhole ? new RunJudge((generation) => configurations.get(generation) ?? null, isOneAtATime) : null
    this.#totals = totalsOf(before)
  }

  /** Of what has ended; `sent` and `inFlight` are the caller's. */
  get totals(): Totals {
    return this.#totals
  }

  /** The next sample, in order of seq. */
  take(words: ArrayLike<number>, at: number, seq: number, detail: Detail | null): void {
    const word = words[at + OUTCOME_AT] ?? 0
    const outcome = outcomeOf(word)
    this.#judge?.take(endedSample(words, at, seq, detail, this.#tables))
    this.#totals[outcome]++
    if (detail?.resent) this.#totals.resent++
    if (outcome !== 'answered') return
    const status = statusOf(word)
    this.#byStatus[status] = (this.#byStatus[status] ?? 0) + 1
    const isError = status >= 500
    if (isError) this.#totals.errors++
    if (detail && detail.attempts.length > 1) this.#totals.rescued++
    const [latencyUs, waitUs, index] = [words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + ROUTE_AT] ?? NO_ROUTE]
    this.#fromSent.record(latencyUs)
    this.#fromDue.record(latencyUs + waitUs)
    const backend = index === NO_ROUTE ? null : this.#tables.route(index)?.backend
    if (!backend) return
    const counts = this.#byBackend.get(backend) ?? { answered: 0, errors: 0, latencies: new Latencies() }
    this.#byBackend.set(backend, counts)
    counts.answered++
    if (isError) counts.errors++
    counts.latencies.record(latencyUs)
  }

  /** As it was `us` microseconds after the run's start. */
  at(us: number, totals: Totals): Burst {
    const judgement = this.#judge?.judgement()
    return {
      ...this.#before,
      ...totals,
      status: 'running',
      byStatus: { ...this.#byStatus },
      rps: us > 0 ? (totals.answered * 1e6) / us : 0,
      latencyMs: { fromSent: this.#fromSent.quantiles(), fromIntended: this.#fromDue.quantiles() },
      byBackend: this.#shares(totals, judgement),
      fairness: judgement?.fairness ?? null,
      deviations: judgement?.deviations ?? null,
      stretches: judgement?.stretches ?? [],
      stretchesLeftOut: judgement?.stretchesLeftOut ?? 0,
      failovers: judgement?.failovers ?? [],
    }
  }

  #shares({ answered: all }: Totals, judgement: ReturnType<RunJudge['judgement']> | undefined): BackendShare[] {
    const expected = judgement?.expected
    const before = new Map(this.#before.byBackend.map((share) => [share.backend, share]))
    const backends = new Set([...before.keys(), ...this.#byBackend.keys(), ...(expected?.keys() ?? [])])
    return [...backends].map((backend) => {
      const counts = this.#byBackend.get(backend)
      const answered = (before.get(backend)?.answered ?? 0) + (counts?.answered ?? 0)
      const due = expected?.get(backend)
      return {
        backend,
        answered,
        errors: (before.get(backend)?.errors ?? 0) + (counts?.errors ?? 0),
        rescuedFrom: judgement?.rescuedFrom.get(backend) ?? 0,
        share: all > 0 ? answered / all : 0,
        expectedShare: due === undefined || all === 0 ? null : due / all,
        latencyMs: counts?.latencies.quantiles() ?? null,
      }
    })
  }
}

class Latencies {
  readonly #counts = new Uint32Array(HISTOGRAM_BUCKETS)
  #maxUs = 0

  record(us: number): void {
    const bucket = bucketOf(us)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#maxUs = Math.max(this.#maxUs, us)
  }

  quantiles(): Quantiles | null {
    const values = quantilesUs(this.#counts, SHARES, this.#maxUs)
    if (!values) return null
    const [p50 = 0, p90 = 0, p95 = 0, p99 = 0, p999 = 0] = values.map((us) => us / 1_000)
    return { p50, p90, p95, p99, p999, max: this.#maxUs / 1_000 }
  }
}
