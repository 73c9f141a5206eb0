import { workerData } from 'node:worker_threads'
import { NO_TOTALS, type Totals } from '#lib/protocol/model.ts'
import { writeProgress } from '#lib/traffic/progress.ts'

// Writes one number everywhere, then the next one, without a pause, for at most half a minute.
const words = new Int32Array(workerData as SharedArrayBuffer)
const keys = Object.keys(NO_TOTALS) as (keyof Totals)[]
for (let round = 1, until = performance.now() + 30_000; performance.now() < until; round++) {
  writeProgress(words, round, Object.fromEntries(keys.map((key) => [key, round])) as Totals)
}
