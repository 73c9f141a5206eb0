import type { BackendKey, Burst } from '#lib/protocol/model.ts'
import { settledOf } from '#lib/protocol/model.ts'
import { hasDetail, outcomeOf, statusOf } from '#lib/protocol/sample-record.ts'
import type { BackendCounts } from './page-state.ts'
import type { SampleLog } from './sample-log.ts'
import { failedAttempts } from './sample-rows.ts'

/**
 * Who answered how much. A browser that has every sample from the first one counts them. One that came too late for that,
 * or missed some, counts on top of the server's latest summary, which comes once a second. The summary of a run that is over is the
 * last word for everybody.
 */
export class RunCounts {
  #counts = new Map<BackendKey, BackendCounts>()
  /** The first sequence number that is not counted yet. */
  #next = 0
  /** Counted here from the first sample on, none missed: no summary of a running run knows better. */
  #isOwn = true
  #isOver = false

  start(burst: Burst): void {
    this.#isOwn = settledOf(burst) === 0
    this.#takeBase(burst)
  }

  /** A newer summary of the same run. */
  correct(burst: Burst, log: SampleLog): void {
    if (this.#isOwn && burst.status === 'running') return
    this.#takeBase(burst)
    this.count(log)
  }

  #takeBase(burst: Burst): void {
    this.#counts = new Map(
      burst.byBackend.map(({ backend, answered, errors, rescuedFrom }) => [backend, { answered, errors, rescuedFrom }]),
    )
    this.#next = settledOf(burst)
    this.#isOver = burst.status !== 'running'
  }

  /** Counts what the log got since the last call. */
  count(log: SampleLog): void {
    if (this.#isOver) return
    const hasCaughtUp = log.isWhole && log.nextSeq >= this.#next
    if (!this.#isOwn && hasCaughtUp) {
      this.#counts = new Map()
      this.#next = 0
      this.#isOwn = true
    }
    if (log.firstSeq > this.#next) this.#isOwn = false
    for (let seq = log.since(this.#next); seq < log.nextSeq; seq++) {
      if (log.has(seq)) this.#countSample(log, seq)
      else this.#isOwn = false
    }
    this.#next = Math.max(this.#next, log.nextSeq)
  }

  #countSample(log: SampleLog, seq: number): void {
    const word = log.outcomeWord(seq)
    if (outcomeOf(word) !== 'answered') return
    const backend = log.route(seq)?.backend ?? null
    if (hasDetail(word))
      for (const from of new Set(failedAttempts(log, seq)))
        if (from !== null && from !== backend) this.#of(from).rescuedFrom++
    if (backend === null) return
    const counts = this.#of(backend)
    counts.answered++
    if (statusOf(word) >= 500) counts.errors++
  }

  #of(backend: BackendKey): BackendCounts {
    const counts = this.#counts.get(backend) ?? { answered: 0, errors: 0, rescuedFrom: 0 }
    this.#counts.set(backend, counts)
    return counts
  }

  /** A fresh value: what was handed out before does not change. */
  byBackend(): Record<BackendKey, BackendCounts> {
    return Object.fromEntries([...this.#counts].map(([backend, counts]) => [backend, { ...counts }]))
  }
}
