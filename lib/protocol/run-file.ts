import { type Detail, detailsBytes, type Peer, type Route, readDetails, writeDetails } from './frame.ts'
import { MAX_DURATION_MS } from './limits.ts'
import { OUTCOMES, type Outcome } from './model.ts'
import type { Run } from './run.ts'
import { isPeer, isRoute, isRun } from './run-shape.ts'
import { NO_ROUTE, OUTCOME_AT, outcomeOf, ROUTE_AT, SAMPLE_BYTES, SAMPLE_WORDS } from './sample-record.ts'
import { isWhole, listOf, shapeOf } from './shape.ts'

/**
 * A run as one file, little endian:
 *
 *   8 bytes    "RSCOPE" and the version, u16
 *   u32        length of the JSON that follows, padded with spaces to a multiple of 4
 *   JSON       { run, firstSeq, samples (how many), routes, peers }
 *   n x 24     samples (sample-record.ts), the first one is `firstSeq`
 *   rest       details, as in a frame
 */
export type RunFile = {
  run: Run
  /** Samples before this one were no longer kept when the file was made. */
  firstSeq: number
  /** SAMPLE_WORDS words a sample. */
  samples: Uint32Array
  routes: Route[]
  peers: Peer[]
  details: Detail[]
}

const MAGIC = 'RSCOPE'
const VERSION = 1
/** No request of a run is sent, or answered, later: the longest run, and a tenth more. */
const LATEST_US = MAX_DURATION_MS * 1_100
/** As many as it takes to know whether a file is a run. */
export const RUN_FILE_HEAD_BYTES = 12

type Head = { run: Run; firstSeq: number; samples: number; routes: Route[]; peers: Peer[] }

const isHead = shapeOf<Head>({
  run: isRun,
  firstSeq: isWhole,
  samples: isWhole,
  routes: listOf(isRoute),
  peers: listOf(isPeer),
})

export function encodeRunFile({ samples, details, ...facts }: RunFile): Uint8Array<ArrayBuffer> {
  const head: Head = { ...facts, samples: samples.length / SAMPLE_WORDS }
  const json = new TextEncoder().encode(JSON.stringify(head))
  const jsonBytes = Math.ceil(json.length / 4) * 4
  const samplesAt = RUN_FILE_HEAD_BYTES + jsonBytes
  const detailsAt = samplesAt + samples.length * 4
  const bytes = new Uint8Array(detailsAt + detailsBytes(details))
  const view = new DataView(bytes.buffer)
  bytes.set(new TextEncoder().encode(MAGIC))
  view.setUint16(6, VERSION, true)
  view.setUint32(8, jsonBytes, true)
  bytes.fill(0x20, RUN_FILE_HEAD_BYTES, samplesAt)
  bytes.set(json, RUN_FILE_HEAD_BYTES)
  new Uint32Array(bytes.buffer, samplesAt, samples.length).set(samples)
  writeDetails(view, detailsAt, details)
  return bytes
}

/** Throws Error with a sentence for people when a file that begins like this is none of these, or one of another version. */
export function checkRunFileHead(bytes: Uint8Array): void {
  if (bytes.length < RUN_FILE_HEAD_BYTES || new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC)
    throw new Error('This is not a run of Robinscope: choose a file that was saved from a run.')
  const version = viewOf(bytes).getUint16(6, true)
  if (version !== VERSION)
    throw new Error(`This file has version ${version}, and this Robinscope reads version ${VERSION}.`)
}

/** Throws as above, and when it is cut short or no run by its shape. */
export function decodeRunFile(bytes: Uint8Array): RunFile {
  checkRunFileHead(bytes)
  const view = viewOf(bytes)
  try {
    const samplesAt = RUN_FILE_HEAD_BYTES + view.getUint32(8, true)
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(RUN_FILE_HEAD_BYTES, samplesAt))) as Head
    if (!isHead(head)) throw new TypeError('not a run')
    const detailsAt = samplesAt + head.samples * SAMPLE_BYTES
    if (detailsAt + 4 > bytes.length) throw new RangeError('cut short')
    const { samples: count, ...facts } = head
    const samples = new Uint32Array(bytes.slice(samplesAt, detailsAt).buffer, 0, count * SAMPLE_WORDS)
    if (!agrees(samples, facts)) throw new RangeError('damaged')
    return { ...facts, samples, details: readDetails(view, detailsAt) }
  } catch {
    throw new Error('This file is damaged or cut short: save the run again.')
  }
}

/** Whether samples can be those of their run: damaged ones would show as many requests, whatever its counts say. */
function agrees(samples: Uint32Array, { run, firstSeq, routes }: Omit<Head, 'samples'>): boolean {
  const counted: Record<Outcome, number> = { answered: 0, failed: 0, timedOut: 0, cancelled: 0 }
  for (let at = 0; at < samples.length; at += SAMPLE_WORDS) {
    const [sentUs = 0, latencyUs = 0, route = NO_ROUTE] = [samples[at], samples[at + 1], samples[at + ROUTE_AT]]
    if (sentUs > LATEST_US || latencyUs > LATEST_US || (route !== NO_ROUTE && route >= routes.length)) return false
    counted[outcomeOf(samples[at + OUTCOME_AT] ?? 0)]++
  }
  // Of a run that goes on the counts may be newer; a stopped engine and an overwritten store leave requests without a sample.
  const isWhole = firstSeq === 0 && (run.status === 'finished' || run.status === 'cancelled')
  return !isWhole || OUTCOMES.every((outcome) => counted[outcome] === run[outcome])
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
