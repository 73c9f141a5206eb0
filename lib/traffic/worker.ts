import { parentPort } from 'node:worker_threads'
import { FRAME_INTERVAL_MS } from '#lib/protocol/limits.ts'
import { BurstMemory } from './burst-memory.ts'
import { BurstRun } from './burst-run.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

/** Entry of the engine's worker thread: runs one burst at a time and tells of it every FRAME_INTERVAL_MS. */
if (parentPort === null) throw new Error('This file is the entry of a worker thread')
const port = parentPort
const tell = (message: FromWorker): void => port.postMessage(message)

/** A tick with nothing new goes out only this often: the main thread takes it as a sign of life. */
const QUIET_TICK_MS = 250

let run: BurstRun | null = null
let ticking: NodeJS.Timeout | null = null
let lastHead = -1
let lastSent = -1
let lastLate = -1
let quietMs = 0

function tick(run: BurstRun): void {
  const { tally, table } = run
  const { head, totals } = tally
  quietMs += FRAME_INTERVAL_MS
  const isSame = head === lastHead && totals.sent === lastSent && totals.late === lastLate
  if (isSame && quietMs < QUIET_TICK_MS) return
  quietMs = 0
  lastHead = head
  lastSent = totals.sent
  lastLate = totals.late
  tell({
    kind: 'tick',
    head,
    elapsedUs: Math.round(run.nowUs()),
    totals: { ...totals },
    ...table.takeNew(),
    details: tally.takeDetails(),
    usedRows: table.usedRows(),
  })
}

function end(status: 'finished' | 'cancelled' | 'failed', failure: string | null): void {
  if (ticking !== null) clearInterval(ticking)
  ticking = null
  if (run !== null) {
    quietMs = QUIET_TICK_MS
    tick(run)
  }
  run = null
  tell({ kind: 'ended', status, failure })
}

function start(message: Extract<ToWorker, { kind: 'start' }>): void {
  lastHead = -1
  const begun = new BurstRun(message.plan, new BurstMemory(message.buffers), (status) => end(status, null))
  run = begun
  tell({ kind: 'started', startedAtMs: begun.startedAtMs })
  ticking = setInterval(() => {
    begun.sweep()
    if (run === begun) tick(begun)
  }, FRAME_INTERVAL_MS)
  begun.begin()
}

port.on('message', (message: ToWorker) => {
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
