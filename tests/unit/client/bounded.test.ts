import v8 from 'node:v8'
import vm from 'node:vm'
import { describe, expect, it } from 'vitest'
import { RunView } from '#lib/client/run-view.ts'
import { decodeFrame, encodeFrame } from '#lib/protocol/frame.ts'
import { packOutcome, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import { burstOf, TABLES } from './recorded.ts'

const SAMPLES = 1_800_000
const A_FRAME = 1_000
const RATE = 500
const MB = 1_048_576

v8.setFlagsFromString('--expose-gc')
const collect = vm.runInNewContext('gc') as () => void

/** Heap and typed arrays together, bytes. */
const used = (): number => {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

describe('an hour at 500 requests a second', () => {
  it('grows the page by 6 MB at most', () => {
    const before = used()
    const view = new RunView({ source: 'live', now: () => 0 })
    const { log, rates } = view
    view.hear(burstOf([]))
    const samples = new Uint32Array(A_FRAME * SAMPLE_WORDS)
    for (let firstSeq = 0; firstSeq < SAMPLES; firstSeq += A_FRAME) {
      for (let index = 0; index < A_FRAME; index++) {
        const seq = firstSeq + index
        const word = packOutcome(200, 'answered', 'none', false)
        samples.set([(seq * 1_000_000) / RATE, 900 + (seq % 300), 0, seq % 3, seq, word], index * SAMPLE_WORDS)
      }
      const answered = firstSeq + A_FRAME
      const totals = { ...burstOf([]), sent: answered, answered }
      const facts = { burst: 1, firstSeq, gap: false, elapsedUs: 0, totals, samples, details: [] }
      view.take(decodeFrame(encodeFrame({ ...facts, tables: TABLES })))
    }
    const grown = used() - before
    expect(log.nextSeq).toBe(SAMPLES)
    expect(rates.buckets).toHaveLength(600)
    expect(rates.buckets.at(-1)?.p99Ms).toBeGreaterThan(1.1)
    expect(grown / MB).toBeLessThan(6)
  })
})
