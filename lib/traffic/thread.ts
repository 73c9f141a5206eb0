import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { FromWorker, ToWorker, WorkerStart } from './worker-messages.ts'

/** The engine's worker thread. What it says is taken when asked for, in its order: nothing wakes the main thread. */
export type Thread = {
  tell: (message: ToWorker) => void
  /** The next message, or null. */
  take: () => FromWorker | null
  end: () => Promise<void>
}

/**
 * In megabytes. V8 divides it by three: new objects go into one megabyte, which stays in the processor's cache. What a request leaves behind
 * is dead by the next collection; in V8's own 16 MB every allocation meets cold memory, 4 % of what a request costs.
 */
const YOUNG_GENERATION_MB = 3

/** `crashed` is called when it ended by itself, or by `end`. */
export function openThread(entry: URL, crashed: (cause: string) => void): Thread {
  const { port1, port2 } = new MessageChannel()
  const workerData: WorkerStart = { port: port2 }
  const worker = new Worker(entry, {
    name: 'load engine',
    workerData,
    transferList: [port2],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  })
  worker.on('error', (error) => crashed(error instanceof Error ? error.message : String(error)))
  worker.on('exit', (code) => {
    port1.close()
    crashed(`its thread ended with code ${code}`)
  })
  return {
    tell: (message) => worker.postMessage(message),
    take: () => (receiveMessageOnPort(port1)?.message as FromWorker | undefined) ?? null,
    end: async () => void (await worker.terminate()),
  }
}
