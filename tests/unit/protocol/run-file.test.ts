import { describe, expect, it } from 'vitest'
import { decodeRunFile, encodeRunFile, type RunFile } from '#lib/protocol/run-file.ts'
import { SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import { burstOf, inTurn, TABLES } from '../client/recorded.ts'

const file = (changes: Partial<RunFile> = {}): RunFile => ({
  run: { ...burstOf(inTurn(3)), generations: [], backends: TABLES.backends, actions: [] },
  firstSeq: 7,
  samples: Uint32Array.from({ length: 3 * SAMPLE_WORDS }, (_, word) => 0xffff_ff00 + word),
  routes: TABLES.routes,
  peers: TABLES.peers,
  details: [{ seq: 8, resent: true, attempts: [{ peer: 1, status: 502, us: null }] }],
  ...changes,
})

describe('a run as a file', () => {
  it('comes back whole, at any alignment', () => {
    const bytes = encodeRunFile(file())
    const moved = new Uint8Array(bytes.length + 3)
    moved.set(bytes, 3)
    expect(decodeRunFile(bytes)).toEqual(file())
    expect(decodeRunFile(moved.subarray(3))).toEqual(file())
  })

  it('without samples is a run all the same', () => {
    const empty = file({ samples: new Uint32Array(0), details: [] })
    expect(decodeRunFile(encodeRunFile(empty))).toEqual(empty)
  })

  it('that is foreign, of another version or damaged is refused with what to do', () => {
    const bytes = encodeRunFile(file())
    expect(() => decodeRunFile(new TextEncoder().encode('{"some":"json file"}'))).toThrow('not a run of Robinscope')
    expect(() => decodeRunFile(new Uint8Array(0))).toThrow('not a run of Robinscope')
    for (let length = 12; length < bytes.length; length += 7)
      expect(() => decodeRunFile(bytes.slice(0, length))).toThrow('damaged or cut short')
    const newer = bytes.slice()
    newer[6] = 9
    expect(() => decodeRunFile(newer)).toThrow('version 9')
  })
})
