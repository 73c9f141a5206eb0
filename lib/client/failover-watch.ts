import type { BackendKey } from '#lib/protocol/model.ts'
import { outcomeOf } from '#lib/protocol/sample-record.ts'
import type { SampleLog } from './sample-log.ts'

/** The first backend at which an attempt failed in a burst, and how the others shared what came after. */
export type Failover = {
  backend: BackendKey
  /** When the front door saw it fail, microseconds since the burst's start. */
  noticedUs: number
  /** What each of the others answered since; null where others came meanwhile. */
  others: readonly number[] | null
}

type Answers = ReadonlyMap<BackendKey, { answered: number }>

/** Sees the first failed attempt of a burst, and what stood on each backend's account then. */
export class FailoverWatch {
  #seen: { backend: BackendKey; noticedUs: number; before: ReadonlyMap<BackendKey, number> } | null = null
  #isOff = false

  /** `sawStart`: a browser that came later cannot know which failure was the first. */
  restart(sawStart: boolean): void {
    this.#seen = null
    this.#isOff = !sawStart
  }

  /** A sample with a detail, before its answer is counted in `counts`. */
  look(log: SampleLog, seq: number, counts: Answers): void {
    if (this.#seen || this.#isOff) return
    const attempts = log.detail(seq)?.attempts ?? []
    const first = attempts[0]
    if (!first || (attempts.length === 1 && outcomeOf(log.outcomeWord(seq)) === 'answered')) return
    const backend = log.peer(first.peer)?.backend
    if (!backend) return
    const before = new Map([...counts].map(([key, { answered }]) => [key, answered]))
    this.#seen = { backend, noticedUs: log.sentUs(seq) + (first.us ?? 0), before }
  }

  report(counts: Answers): Failover | null {
    if (!this.#seen) return null
    const { backend, noticedUs, before } = this.#seen
    const others = [...counts].filter(([key]) => key !== backend)
    const isKnown = others.every(([key]) => before.has(key))
    const since = others.map(([key, { answered }]) => answered - (before.get(key) ?? 0))
    return { backend, noticedUs, others: isKnown ? since : null }
  }
}
