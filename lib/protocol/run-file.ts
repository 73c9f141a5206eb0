import { type Detail, detailsBytes, type Peer, type Route, readDetails, writeDetails } from './frame.ts'
import type { Run } from './run.ts'
import { isPeer, isRoute, isRun } from './run-shape.ts'
import { SAMPLE_BYTES, SAMPLE_WORDS } from './sample-record.ts'
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
const HEAD_BYTES = 12

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
  const samplesAt = HEAD_BYTES + jsonBytes
  const detailsAt = samplesAt + samples.length * 4
  const bytes = new Uint8Array(detailsAt + detailsBytes(details))
  const view = new DataView(bytes.buffer)
  bytes.set(new TextEncoder().encode(MAGIC))
  view.setUint16(6, VERSION, true)
  view.setUint32(8, jsonBytes, true)
  bytes.fill(0x20, HEAD_BYTES, samplesAt)
  bytes.set(json, HEAD_BYTES)
  new Uint32Array(bytes.buffer, samplesAt, samples.length).set(samples)
  writeDetails(view, detailsAt, details)
  return bytes
}

/** Throws Error with a sentence for people when it is no such file, one of another version, cut short, or no run by its shape. */
export function decodeRunFile(bytes: Uint8Array): RunFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < HEAD_BYTES || new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC)
    throw new Error('This is not a run of Robinscope: choose a file that was saved from a run.')
  const version = view.getUint16(6, true)
  if (version !== VERSION)
    throw new Error(`This file has version ${version}, and this Robinscope reads version ${VERSION}.`)
  try {
    const samplesAt = HEAD_BYTES + view.getUint32(8, true)
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(HEAD_BYTES, samplesAt))) as Head
    if (!isHead(head)) throw new TypeError('not a run')
    const detailsAt = samplesAt + head.samples * SAMPLE_BYTES
    if (detailsAt + 4 > bytes.length) throw new RangeError('cut short')
    const { samples: count, ...facts } = head
    const samples = new Uint32Array(bytes.slice(samplesAt, detailsAt).buffer, 0, count * SAMPLE_WORDS)
    return { ...facts, samples, details: readDetails(view, detailsAt) }
  } catch {
    throw new Error('This file is damaged or cut short: save the run again.')
  }
}
