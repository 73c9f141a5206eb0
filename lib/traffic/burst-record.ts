import type { Detail, Peer, Route } from '#lib/protocol/frame.ts'
import { MAX_KEPT_SAMPLES } from '#lib/protocol/limits.ts'
import type { BurstEdit, Totals } from '#lib/protocol/model.ts'
import { isFrontDoorItself, NO_TOTALS } from '#lib/protocol/model.ts'
import { SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import type { BurstEnd, BurstListener, BurstMeasure, BurstPlan, RunningBurst } from './burst.ts'
import { type BurstMemory, STORE_SAMPLES } from './burst-memory.ts'
import { KeptDetails } from './kept-details.ts'
import { measureBurst, type RowOfRoute } from './measure.ts'
import type { Progress } from './progress.ts'
import type { WorkerNews } from './worker-messages.ts'

export const MAX_KEPT_DETAILS = 100_000
const MAX_ARCHIVED_SAMPLES_OF_ONE = 200_000
const SAMPLES_A_DETAIL = 10
const NO_SAMPLES = new Uint32Array(0)

export type BurstControl = { cancel: () => void; edit: (edit: BurstEdit) => void }

/** The main thread's side of one burst: what the worker told of it, and the memory that both share. */
export class BurstRecord implements RunningBurst {
  readonly plan: BurstPlan
  readonly memory: BurstMemory
  usedRows = 0
  readonly #listener: BurstListener
  readonly #control: BurstControl
  readonly #backendAt: (address: string) => string | null
  readonly #details = new KeptDetails(MAX_KEPT_DETAILS)
  readonly #routes: Route[] = []
  readonly #rows: RowOfRoute[] = []
  readonly #peers: Peer[] = []
  readonly #over = Promise.withResolvers<BurstEnd>()
  /** Not yet told to the listener. */
  #news: { routes: Route[]; peers: Peer[]; details: Detail[] } = { routes: [], peers: [], details: [] }
  #startedAt = Date.now()
  #head = 0
  #elapsedUs = 0
  #totals: Totals = { ...NO_TOTALS }
  #end: BurstEnd | null = null
  /** A copy of its samples, once the memory went to a later burst. */
  #archive: Uint32Array = NO_SAMPLES
  /** The figures as they were then. */
  #final: BurstMeasure | null = null

  constructor(
    plan: BurstPlan,
    memory: BurstMemory,
    listener: BurstListener,
    control: BurstControl,
    backendAt: (address: string) => string | null,
  ) {
    this.plan = plan
    this.memory = memory
    this.#listener = listener
    this.#control = control
    this.#backendAt = backendAt
  }

  startedAt(): number {
    return this.#startedAt
  }

  ended(): BurstEnd | null {
    return this.#end
  }

  cancel(): Promise<BurstEnd> {
    if (this.#end === null) this.#control.cancel()
    return this.#over.promise
  }

  edit(edit: BurstEdit): void {
    if (this.#end === null) this.#control.edit(edit)
  }

  totals(): Totals {
    return { ...this.#totals }
  }

  measure(): BurstMeasure {
    return this.#final ?? measureBurst(this.memory, this.#rows, this.totals(), this.#elapsedUs)
  }

  firstSeq(): number {
    if (this.#final === null) return Math.max(0, this.#head - MAX_KEPT_SAMPLES)
    return this.#head - this.#archive.length / SAMPLE_WORDS
  }

  nextSeq(): number {
    return this.#head
  }

  samples(fromSeq: number, toSeq: number): Uint32Array {
    const from = Math.max(fromSeq, this.firstSeq())
    const to = Math.min(toSeq, this.#head)
    if (to <= from) return new Uint32Array(0)
    if (this.#final !== null) {
      const first = this.firstSeq()
      return this.#archive.subarray((from - first) * SAMPLE_WORDS, (to - first) * SAMPLE_WORDS)
    }
    const start = (from % STORE_SAMPLES) * SAMPLE_WORDS
    const words = (to - from) * SAMPLE_WORDS
    const { samples } = this.memory
    if (start + words <= samples.length) return samples.subarray(start, start + words)
    const copy = new Uint32Array(words)
    copy.set(samples.subarray(start))
    copy.set(samples.subarray(0, words - (samples.length - start)), samples.length - start)
    return copy
  }

  detail(seq: number): Detail | null {
    return this.#details.find(seq)
  }

  details(fromSeq: number, toSeq: number): Detail[] {
    return this.#details.between(Math.max(fromSeq, this.firstSeq()), Math.min(toSeq, this.#head))
  }

  routes(): readonly Route[] {
    return this.#routes
  }

  peers(): readonly Peer[] {
    return this.#peers
  }

  started(atMs: number): void {
    this.#startedAt = atMs
  }

  /** Names and details that the next progress may speak of. */
  take(news: WorkerNews): void {
    this.usedRows = news.usedRows
    for (const { index, name, address, generation, row } of news.routes) {
      const backend = name ?? (address === null ? null : this.#backendAt(address))
      const route: Route = { index, backend, generation }
      this.#routes.push(route)
      this.#rows.push({ route, row })
      this.#news.routes.push(route)
    }
    for (const { index, address } of news.peers) {
      const peer: Peer = { index, address, backend: isFrontDoorItself(address) ? null : this.#backendAt(address) }
      this.#peers.push(peer)
      this.#news.peers.push(peer)
    }
    for (const detail of news.details) this.#details.keep(detail)
    this.#news.details.push(...news.details)
  }

  /** Tells the listener what is new. The news of all samples that `progress` counts must have been taken. */
  advance({ head, totals }: Progress, elapsedUs: number): void {
    const fromSeq = this.#head
    const last = this.#totals
    this.#elapsedUs = elapsedUs
    const { routes, peers, details } = this.#news
    const isSame = head === fromSeq && totals.sent === last.sent && totals.late === last.late
    if (isSame && routes.length + peers.length === 0) return
    this.#head = head
    this.#totals = totals
    const told = details.findIndex(({ seq }) => seq >= head)
    const later = told < 0 ? [] : details.splice(told)
    this.#news = { routes: [], peers: [], details: later }
    this.#listener.onTick?.({ fromSeq, toSeq: head, elapsedUs, totals: this.totals(), routes, peers, details })
  }

  over(end: BurstEnd): void {
    if (this.#end !== null) return
    this.#end = end
    // Only after a crash: nobody will ever know what became of these.
    this.#totals.failed += this.#totals.inFlight
    this.#totals.inFlight = 0
    this.#over.resolve(end)
    this.#listener.onEnd?.(end)
  }

  /** Gives its memory back. The figures stay; samples and details stay where they are few enough for a copy. */
  release(): void {
    if (this.#final !== null) return
    const isSmall = this.#head - this.firstSeq() <= MAX_ARCHIVED_SAMPLES_OF_ONE
    const archive = isSmall ? this.samples(0, this.#head).slice() : this.#archive
    this.#final = this.measure()
    this.#archive = archive
    if (!isSmall) this.#details.clear()
  }

  /** What the copy takes up, in samples; a detail is an object with several times the bytes of a sample. */
  get archived(): number {
    return this.#archive.length / SAMPLE_WORDS + this.#details.size * SAMPLES_A_DETAIL
  }

  /** Samples and details are gone for good; the figures stay. */
  forget(): void {
    this.#archive = NO_SAMPLES
    this.#details.clear()
  }
}
