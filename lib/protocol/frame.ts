import type { Totals } from './model.ts'
import type { RunBackend, RunGeneration } from './run.ts'
import { SAMPLE_WORDS } from './sample-record.ts'

/**
 * A frame: a batch of samples with cumulative totals, one binary socket message.
 *
 *   56 bytes   header (below), little endian
 *   n x 24     samples in sequence order (sample-record.ts), the first one is `firstSeq`
 *   optional   tables: u32 length, JSON { routes, peers, generations, backends } of the entries that are new to this browser
 *   optional   details: u32 count, then per detail u32 seq, u8 flags (1 = resent), u8 attempts,
 *              and per attempt u16 peer, u16 status, u32 microseconds (0xffffffff: not said)
 *
 * A lost or skipped frame costs dots, never counts: the totals are of the whole burst so far.
 */
export const HEADER_BYTES = 56
const VERSION = 2
const HAS_TABLES = 1
const HAS_DETAILS = 2
const IS_GAP = 4
/** Stands where an attempt's time would. */
export const TIME_NOT_SAID = 0xffffffff

export type Route = { index: number; backend: string | null; generation: string | null }
export type Peer = { index: number; address: string; backend: string | null }
/** Entries come before the first sample that needs them. A backend that comes again replaces what was said of it before. */
export type Tables = { routes: Route[]; peers: Peer[]; generations: RunGeneration[]; backends: RunBackend[] }

export type AttemptRecord = { peer: number; status: number; us: number | null }
export type Detail = { seq: number; resent: boolean; attempts: AttemptRecord[] }

export type Frame = {
  /** The number in the burst's id: 12 for b12. */
  burst: number
  firstSeq: number
  /** Samples before firstSeq that this browser never got are not coming: take the totals, say so on the page. */
  gap: boolean
  /** Microseconds since the burst's start at which the totals held. */
  elapsedUs: number
  totals: Totals
  /** SAMPLE_WORDS words a sample. */
  samples: Uint32Array
  tables: Tables | null
  details: Detail[]
}

/** Every total, in the order in which they are written as words. */
export const TOTALS_ORDER = [
  'sent',
  'inFlight',
  'answered',
  'errors',
  'failed',
  'timedOut',
  'cancelled',
  'late',
  'rescued',
  'resent',
] as const satisfies readonly (keyof Totals)[]

/** What writeDetails takes up. */
export const detailsBytes = (details: Detail[]): number =>
  details.reduce((sum, detail) => sum + 6 + detail.attempts.length * 8, 4)

export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const tables = frame.tables ? new TextEncoder().encode(JSON.stringify(frame.tables)) : null
  const samplesBytes = frame.samples.length * 4
  const size =
    HEADER_BYTES +
    samplesBytes +
    (tables ? 4 + tables.length : 0) +
    (frame.details.length > 0 ? detailsBytes(frame.details) : 0)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, VERSION)
  view.setUint8(1, (tables ? HAS_TABLES : 0) | (frame.details.length > 0 ? HAS_DETAILS : 0) | (frame.gap ? IS_GAP : 0))
  view.setUint16(2, frame.samples.length / SAMPLE_WORDS, true)
  view.setUint32(4, frame.burst, true)
  view.setUint32(8, frame.firstSeq, true)
  TOTALS_ORDER.forEach((key, index) => {
    view.setUint32(12 + index * 4, frame.totals[key], true)
  })
  view.setUint32(52, frame.elapsedUs, true)
  new Uint32Array(bytes.buffer, HEADER_BYTES, frame.samples.length).set(frame.samples)
  let at = HEADER_BYTES + samplesBytes
  if (tables) {
    view.setUint32(at, tables.length, true)
    bytes.set(tables, at + 4)
    at += 4 + tables.length
  }
  if (frame.details.length > 0) writeDetails(view, at, frame.details)
  return bytes
}

export function writeDetails(view: DataView, start: number, details: Detail[]): void {
  view.setUint32(start, details.length, true)
  let at = start + 4
  for (const detail of details) {
    view.setUint32(at, detail.seq, true)
    view.setUint8(at + 4, detail.resent ? 1 : 0)
    view.setUint8(at + 5, detail.attempts.length)
    at += 6
    for (const attempt of detail.attempts) {
      view.setUint16(at, attempt.peer, true)
      view.setUint16(at + 2, attempt.status, true)
      view.setUint32(at + 4, attempt.us ?? TIME_NOT_SAID, true)
      at += 8
    }
  }
}

export function readDetails(view: DataView, start: number): Detail[] {
  const details: Detail[] = []
  let at = start + 4
  for (let left = view.getUint32(start, true); left > 0; left--) {
    const detail: Detail = { seq: view.getUint32(at, true), resent: view.getUint8(at + 4) === 1, attempts: [] }
    const attempts = view.getUint8(at + 5)
    at += 6
    for (let index = 0; index < attempts; index++, at += 8) {
      const us = view.getUint32(at + 4, true)
      detail.attempts.push({
        peer: view.getUint16(at, true),
        status: view.getUint16(at + 2, true),
        us: us === TIME_NOT_SAID ? null : us,
      })
    }
    details.push(detail)
  }
  return details
}

/** The samples are a view on `bytes` where its alignment allows: copy them before `bytes` is reused. Throws RangeError on a frame that is cut short, Error on another version. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint8(0) !== VERSION)
    throw new Error(`A frame of version ${view.getUint8(0)}, this page reads ${VERSION}`)
  const flags = view.getUint8(1)
  const words = view.getUint16(2, true) * SAMPLE_WORDS
  const totals = Object.fromEntries(
    TOTALS_ORDER.map((key, index) => [key, view.getUint32(12 + index * 4, true)]),
  ) as Totals
  const from = bytes.byteOffset + HEADER_BYTES
  const end = HEADER_BYTES + words * 4
  if (end > bytes.byteLength) throw new RangeError('A frame that is cut short')
  // Not bytes.slice(): on a Buffer that is a view, not a copy.
  const samples =
    from % 4 === 0
      ? new Uint32Array(bytes.buffer, from, words)
      : new Uint32Array(new Uint8Array(bytes.subarray(HEADER_BYTES, end)).buffer)
  let at = end
  let tables: Tables | null = null
  if (flags & HAS_TABLES) {
    const length = view.getUint32(at, true)
    tables = JSON.parse(new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + length))) as Tables
    at += 4 + length
  }
  return {
    burst: view.getUint32(4, true),
    firstSeq: view.getUint32(8, true),
    gap: (flags & IS_GAP) !== 0,
    elapsedUs: view.getUint32(52, true),
    totals,
    samples,
    tables,
    details: flags & HAS_DETAILS ? readDetails(view, at) : [],
  }
}
