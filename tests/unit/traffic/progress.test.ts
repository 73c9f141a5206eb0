import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { NO_TOTALS } from '#lib/protocol/model.ts'
import { PROGRESS_WORDS, readProgress, writeProgress } from '#lib/traffic/progress.ts'

test('progress is read as it was written', () => {
  const words = new Int32Array(PROGRESS_WORDS)
  const totals = { ...NO_TOTALS, sent: 72_000_000, answered: 71_000_000, inFlight: 7, late: 3 }
  writeProgress(words, 4_000_000_000, totals)
  expect(readProgress(words)).toEqual({ head: 4_000_000_000, totals })
})

test('every total has its own place', () => {
  const words = new Int32Array(PROGRESS_WORDS)
  const totals = Object.fromEntries(Object.keys(NO_TOTALS).map((key, index) => [key, index + 1])) as typeof NO_TOTALS
  writeProgress(words, 1, totals)
  expect(readProgress(words)?.totals).toEqual(totals)
})

test('no reader sees half of what another thread writes', async () => {
  const shared = new SharedArrayBuffer(PROGRESS_WORDS * 4)
  const words = new Int32Array(shared)
  const worker = new Worker(new URL('./progress-writer.ts', import.meta.url), { workerData: shared })
  let seen = 0
  let last = 0
  for (const until = performance.now() + 20_000; seen < 20_000 && performance.now() < until; ) {
    const progress = readProgress(words)
    if (progress === null) continue
    const { head, totals } = progress
    if (head === last) {
      await new Promise(setImmediate)
      continue
    }
    last = head
    seen++
    const counts = Object.values(totals)
    if (counts.some((count) => count !== head)) expect(counts).toEqual(counts.map(() => head))
  }
  await worker.terminate()
  expect(seen).toBeGreaterThan(100)
}, 60_000)
