import type { Detail, Peer, Route } from '#lib/protocol/frame.ts'
import type { BurstEdit, BurstRequest, Quantiles, Totals } from '#lib/protocol/model.ts'

/** Where the engine dials: the front door and nothing else. */
export type Target = { host: string; port: number }

/** One burst as the engine runs it. Bounds are checked before it comes here (lib/protocol/schemas.ts). */
export type BurstPlan = {
  target: Target
  /** One of `requests` and `durationMs` is a number, the other null. */
  requests: number | null
  durationMs: number | null
  /** The most requests in flight at any time. */
  concurrency: number
  /** Null: closed load, each place sends again as soon as it has its answer. */
  ratePerSecond: number | null
  method: BurstRequest['method']
  path: string
  headers: Record<string, string>
  body: string | null
  keepAlive: boolean
  timeoutMs: number
  /** Requests carry `x-request-id: <prefix><8 hex digits of the order of sending>`; null: they carry none. */
  requestIdPrefix: string | null
}

export type LatencyMs = Quantiles & { p9999: number }

export type BackendMeasure = {
  backend: string
  answered: number
  errors: number
  /** Exact sum of its latencies from the actual send, for means and Prometheus. */
  latencySumMs: number
  latencyMs: LatencyMs | null
}

/** The figures of a burst so far; after its end they are exact and final. Latencies are those of `answered`. */
export type BurstMeasure = {
  elapsedUs: number
  totals: Totals
  /** Statuses of complete answers that a backend made. */
  byStatus: Record<string, number>
  byBackend: BackendMeasure[]
  latencyMs: { fromSent: LatencyMs | null; fromIntended: LatencyMs | null }
  /** Requests that had a time to start at, and those of them that waited for a free place; 0 without a rate. */
  dueStarts: number
  lateStarts: number
}

/** What is new since the last tick. Samples [`fromSeq`, `toSeq`) can be read with `RunningBurst.samples`. */
export type BurstTick = {
  fromSeq: number
  toSeq: number
  /** Microseconds since the burst's start at which the totals held. */
  elapsedUs: number
  /** Cumulative. */
  totals: Totals
  /** New table entries, backends resolved. */
  routes: Route[]
  peers: Peer[]
  /** Of samples in this tick, in the order of seq. */
  details: Detail[]
}

export type BurstEnd = { status: 'finished' | 'cancelled' | 'failed'; failure: string | null }

export type BurstListener = {
  /** Every FRAME_INTERVAL_MS while something changes; the last one comes right before `onEnd`. */
  onTick?: (tick: BurstTick) => void
  /** Once. Every request that was sent has its outcome; those in flight when an engine crashed count as failed, without a sample. */
  onEnd?: (end: BurstEnd) => void
}

/** A burst that runs or has ended. Its samples and details are kept while there is room for them (`firstSeq`); its figures stay. */
export interface RunningBurst {
  readonly plan: BurstPlan
  /** Point in time, milliseconds since the epoch, to which all microseconds of samples refer. */
  startedAt(): number
  /** Null while it runs. */
  ended(): BurstEnd | null
  /** Starts no further request, ends those in flight as `cancelled`; resolves at the burst's end. */
  cancel(): Promise<BurstEnd>
  /** Changes rate or concurrency from now on. */
  edit(edit: BurstEdit): void
  totals(): Totals
  measure(): BurstMeasure
  /** The oldest sample that is still kept. */
  firstSeq(): number
  /** One past the newest sample that a tick has told of. */
  nextSeq(): number
  /**
   * Samples [fromSeq, toSeq), SAMPLE_WORDS words each, cut to what is kept: compare with `firstSeq`.
   * A view on the sample store where it can be one: read it at once, or copy.
   */
  samples(fromSeq: number, toSeq: number): Uint32Array
  /** Attempts and `resent` of one sample; null for a plain one, or one that is no longer kept. */
  detail(seq: number): Detail | null
  /** The kept details of samples [fromSeq, toSeq). */
  details(fromSeq: number, toSeq: number): Detail[]
  /** The whole tables so far. */
  routes(): readonly Route[]
  peers(): readonly Peer[]
}

export interface Engine {
  /** Starts a burst. Throws Error while another one runs, or after close(). */
  start(plan: BurstPlan, listener?: BurstListener): RunningBurst
  /** Cancels what runs and ends the worker. Idempotent. */
  close(): Promise<void>
}

export type EngineOptions = {
  /** Names the backend behind an address where the answer itself does not (Cluster.backendAt). */
  backendAt: (address: string) => string | null
  /** Asked every FRAME_INTERVAL_MS while a burst runs (Cluster.reloadMayCut): nginx gives new workers 100 ms before it cuts anything. */
  reloadMayCut: () => boolean
}
