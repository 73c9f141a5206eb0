import { HISTOGRAM_BUCKETS } from '#lib/analysis/histogram.ts'
import { MAX_KEPT_SAMPLES } from '#lib/protocol/limits.ts'
import { SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import { PROGRESS_WORDS } from './progress.ts'

/**
 * Memory that the worker writes and the main thread reads: the sample store and the figures of one burst.
 * The store has room beyond what is kept, so that what the main thread reads is not written over meanwhile.
 */
const SPARE_SAMPLES = 16_384
export const STORE_SAMPLES = MAX_KEPT_SAMPLES + SPARE_SAMPLES

/** A row: answered, errors, largest latency in us, the buckets. */
export const ROW_HEADER = 3
/** Words of `starts`: requests that had a time to start at, and those of them that waited for a free place. */
export const DUE_STARTS = 0
export const LATE_STARTS = 1
const START_WORDS = 2
export const ROW_WORDS = ROW_HEADER + HISTOGRAM_BUCKETS
export const ROW_FROM_SENT = 0
export const ROW_FROM_INTENDED = 1
export const FIRST_BACKEND_ROW = 2
/** More names than that in one burst are counted in all, but not by themselves. */
export const MAX_ROWS = 512
const STATUSES = 1_000

export type BurstBuffers = {
  samples: SharedArrayBuffer
  rows: SharedArrayBuffer
  sums: SharedArrayBuffer
  statuses: SharedArrayBuffer
  starts: SharedArrayBuffer
  /** One word: 1 while a reload of ours may cut kept connections. */
  flags: SharedArrayBuffer
  progress: SharedArrayBuffer
}

export class BurstMemory {
  readonly buffers: BurstBuffers
  readonly samples: Uint32Array
  readonly rows: Uint32Array
  /** Sum of latencies in microseconds, by row; exact up to 2^53. */
  readonly sums: Float64Array
  readonly statuses: Uint32Array
  readonly starts: Uint32Array
  readonly flags: Int32Array
  readonly progress: Int32Array

  constructor(buffers: BurstBuffers = allocate()) {
    this.buffers = buffers
    this.samples = new Uint32Array(buffers.samples)
    this.rows = new Uint32Array(buffers.rows)
    this.sums = new Float64Array(buffers.sums)
    this.statuses = new Uint32Array(buffers.statuses)
    this.starts = new Uint32Array(buffers.starts)
    this.flags = new Int32Array(buffers.flags)
    this.progress = new Int32Array(buffers.progress)
  }

  /** Makes ready for another burst; `usedRows`: how many rows the last one wrote. The sample store needs no clearing. */
  clear(usedRows: number): void {
    this.rows.fill(0, 0, usedRows * ROW_WORDS)
    this.sums.fill(0)
    this.statuses.fill(0)
    this.starts.fill(0)
    this.flags.fill(0)
    this.progress.fill(0)
  }

  buckets(row: number): Uint32Array {
    return this.rows.subarray(row * ROW_WORDS + ROW_HEADER, (row + 1) * ROW_WORDS)
  }
}

/** The sample store is written once, so that its pages are there before a burst needs them. */
function allocate(): BurstBuffers {
  const samples = new SharedArrayBuffer(STORE_SAMPLES * SAMPLE_WORDS * 4)
  new Uint32Array(samples).fill(1).fill(0)
  return {
    samples,
    rows: new SharedArrayBuffer(MAX_ROWS * ROW_WORDS * 4),
    sums: new SharedArrayBuffer(MAX_ROWS * 8),
    statuses: new SharedArrayBuffer(STATUSES * 4),
    starts: new SharedArrayBuffer(START_WORDS * 4),
    flags: new SharedArrayBuffer(4),
    progress: new SharedArrayBuffer(PROGRESS_WORDS * 4),
  }
}
