import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrame, type Frame, HEADER_BYTES } from '#lib/protocol/frame.ts'
import { OUTCOMES, REASONS } from '#lib/protocol/model.ts'
import {
  clientOf,
  hasDetail,
  outcomeOf,
  packOutcome,
  reasonOf,
  SAMPLE_BYTES,
  startedLate,
  statusOf,
} from '#lib/protocol/sample-record.ts'

const totals = {
  sent: 9,
  inFlight: 1,
  answered: 4,
  errors: 1,
  failed: 2,
  timedOut: 1,
  cancelled: 1,
  late: 1,
  rescued: 2,
  resent: 1,
}

const frame = (changes: Partial<Frame> = {}): Frame => ({
  burst: 12,
  firstSeq: 400_000,
  gap: false,
  elapsedUs: 3_599_999_999,
  totals,
  samples: Uint32Array.from([1, 2, 3, 0x80000000, 5, 6, 7, 0xffffffff, 9, 10, 11, 12]),
  tables: null,
  details: [],
  ...changes,
})

describe('a frame', () => {
  it('comes back as it was sent, with tables and details', () => {
    const sent = frame({
      gap: true,
      tables: {
        routes: [{ index: 0, backend: 'a3f9c1d27e04', generation: 'x-1' }],
        peers: [{ index: 3, address: '10.0.0.2:8000', backend: null }],
        generations: [],
        backends: [{ backend: 'a3f9c1d27e04', number: 1, name: 'shop-web-1', address: null, node: null }],
      },
      details: [
        { seq: 400_000, resent: true, attempts: [] },
        {
          seq: 400_001,
          resent: false,
          attempts: [
            { peer: 3, status: 502, us: null },
            { peer: 0, status: 200, us: 1_200 },
          ],
        },
      ],
    })
    expect(decodeFrame(encodeFrame(sent))).toEqual(sent)
  })

  it('costs 24 bytes a plain sample and a fixed header', () => {
    expect(encodeFrame(frame()).length).toBe(HEADER_BYTES + 2 * SAMPLE_BYTES)
  })

  it('is read at any alignment, as sockets hand it over', () => {
    const bytes = encodeFrame(frame())
    for (let shift = 0; shift < 4; shift++) {
      const moved = new Uint8Array(bytes.length + shift)
      moved.set(bytes, shift)
      expect(decodeFrame(moved.subarray(shift))).toEqual(frame())
    }
  })

  it('that is cut short or of another version is refused', () => {
    const bytes = encodeFrame(frame())
    expect(() => decodeFrame(bytes.subarray(0, HEADER_BYTES + 8))).toThrow(RangeError)
    bytes[0] = 99
    expect(() => decodeFrame(bytes)).toThrow('version 99')
  })
})

describe('a sample record', () => {
  it('keeps status, outcome, reason, the marks and the client apart', () => {
    for (const outcome of OUTCOMES) {
      for (const reason of REASONS) {
        for (const [client, status, detail, late] of [
          [0, 0, false, true],
          [16_383, 999, true, false],
          [7, 503, true, true],
        ] as const) {
          const word = packOutcome(status, outcome, reason, detail, late, client)
          expect([clientOf(word), statusOf(word), hasDetail(word), startedLate(word)]).toEqual([
            ...[client, status, detail, late],
          ])
          expect([outcomeOf(word), reasonOf(word)]).toEqual([outcome, reason])
        }
      }
    }
  })
})
