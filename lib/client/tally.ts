import type { BackendKey, Burst } from '#lib/protocol/model.ts'
import { hasDetail, outcomeOf, statusOf } from '#lib/protocol/sample-record.ts'
import { type Failover, FailoverWatch } from './failover-watch.ts'
import { type BackendCounts, settledOf } from './page-state.ts'
import type { SampleLog } from './sample-log.ts'
import { failedAttempts } from './sample-rows.ts'

/**
 * Who answered how much, counted from samples. A summary of the server is the base: it holds at the sequence number that
 * equals its ended requests, so a late joiner, and one that was skipped, count as exactly as one that saw it all.
 */
export class Tally {
  #counts = new Map<BackendKey, BackendCounts>()
  #next = 0
  /** Rescues are in no summary: counted once per sample, whatever the base. */
  #nextRescue = 0
  #isWhole = true
  #lastBackend: BackendKey | null = null
  readonly #failovers = new FailoverWatch()

  get lastBackend(): BackendKey | null {
    return this.#lastBackend
  }

  start(burst: Burst): void {
    this.#counts = new Map()
    this.#nextRescue = 0
    this.#lastBackend = null
    this.#takeBase(burst)
    this.#failovers.restart(this.#next === 0)
  }

  /** A newer summary of the same burst: only needed where samples are missing. */
  correct(burst: Burst, log: SampleLog): void {
    if (this.#isWhole) return
    this.#takeBase(burst)
    this.count(log)
  }

  #takeBase(burst: Burst): void {
    for (const counts of this.#counts.values()) Object.assign(counts, { answered: 0, errors: 0 })
    for (const share of burst.byBackend)
      Object.assign(this.#of(share.backend), { answered: share.answered, errors: share.errors })
    this.#next = settledOf(burst)
    this.#isWhole = true
  }

  /** Counts what the log got since the last call. */
  count(log: SampleLog): void {
    if (log.firstSeq > this.#next) this.#isWhole = false
    for (let seq = log.since(Math.min(this.#next, this.#nextRescue)); seq < log.nextSeq; seq++) {
      if (!log.has(seq)) {
        if (seq >= this.#next) this.#isWhole = false
        continue
      }
      if (seq >= this.#nextRescue && hasDetail(log.outcomeWord(seq))) this.#countRescue(log, seq)
      if (seq >= this.#next) this.#countAnswer(log, seq)
    }
    this.#next = Math.max(this.#next, log.nextSeq)
    this.#nextRescue = Math.max(this.#nextRescue, log.nextSeq)
  }

  #countAnswer(log: SampleLog, seq: number): void {
    const verdict = log.outcomeWord(seq)
    const backend = outcomeOf(verdict) === 'answered' ? log.route(seq)?.backend : null
    if (!backend) return
    const counts = this.#of(backend)
    counts.answered++
    if (statusOf(verdict) >= 500) counts.errors++
    this.#lastBackend = backend
  }

  #countRescue(log: SampleLog, seq: number): void {
    this.#failovers.look(log, seq, this.#counts)
    if (outcomeOf(log.outcomeWord(seq)) !== 'answered') return
    for (const backend of failedAttempts(log, seq)) if (backend) this.#of(backend).rescuedFrom++
  }

  #of(backend: BackendKey): BackendCounts {
    const counts = this.#counts.get(backend) ?? { answered: 0, errors: 0, rescuedFrom: 0 }
    this.#counts.set(backend, counts)
    return counts
  }

  failover(): Failover | null {
    return this.#isWhole ? this.#failovers.report(this.#counts) : null
  }

  /** A fresh value: what was handed out before does not change. */
  byBackend(): Record<BackendKey, BackendCounts> {
    return Object.fromEntries([...this.#counts].map(([backend, counts]) => [backend, { ...counts }]))
  }
}
