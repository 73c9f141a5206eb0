import { parentPort, workerData } from 'node:worker_threads'
import { BurstMemory } from './burst-memory.ts'
import { BurstRun } from './burst-run.ts'
import { beat } from './progress.ts'
import type { FromWorker, ToWorker, WorkerStart } from './worker-messages.ts'

/** Entry of the engine's worker thread: runs one burst at a time. */
const { port } = workerData as WorkerStart
const tell = (message: FromWorker): void => port.postMessage(message)

/** Often enough for the bounds on what lingers, and for a sign of life. */
const BEAT_MS = 250

let run: BurstRun | null = null
let beating: NodeJS.Timeout | null = null

function end(status: 'finished' | 'cancelled' | 'failed', failure: string | null, elapsedUs = 0): void {
  if (beating !== null) clearInterval(beating)
  beating = null
  run = null
  tell({ kind: 'ended', status, failure, elapsedUs })
}

function start({ plan, buffers }: Extract<ToWorker, { kind: 'start' }>): void {
  const memory = new BurstMemory(buffers)
  const begun = new BurstRun(plan, memory, tell, (status, elapsedUs) => end(status, null, elapsedUs))
  run = begun
  tell({ kind: 'started', startedAtMs: begun.startedAtMs })
  beating = setInterval(() => {
    beat(memory.progress)
    begun.sweep()
  }, BEAT_MS)
  begun.begin()
}

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'cancel') run?.cancel()
  else if (message.kind === 'edit') run?.edit(message.edit)
  else {
    try {
      start(message)
    } catch (error) {
      end('failed', error instanceof Error ? error.message : String(error))
    }
  }
})
