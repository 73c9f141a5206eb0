import { setTimeout as setTimeoutAsync } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { BurstEdit } from '#lib/protocol/model.ts'
import type { BurstEnd, BurstListener, BurstPlan, Engine, EngineOptions, RunningBurst } from './burst.ts'
import { BurstMemory } from './burst-memory.ts'
import { BurstRecord } from './burst-record.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

const WORKER = new URL('./worker.ts', import.meta.url)
/** How often the main thread looks whether a reload may cut; nginx gives new workers 100 ms before it cuts anything. */
const RELOAD_POLL_MS = 5
/** A worker that says nothing for this long is stuck: it tells of itself four times a second. */
const SILENCE_MS = 15_000
/** Cancelling takes some 20 ms; a worker that does not manage is ended. */
const CLOSE_PATIENCE_MS = 1_000

const tell = (worker: Worker, message: ToWorker): void => worker.postMessage(message)

/** Opens the load engine: one worker thread, two sample stores (the running burst and the last one). */
export function openEngine(options: EngineOptions & { worker?: URL }): Engine {
  return new LoadEngine(options)
}

class LoadEngine implements Engine {
  readonly #options: EngineOptions
  readonly #workerUrl: URL
  readonly #memories = [new BurstMemory(), new BurstMemory()]
  /** Null after a crash, until the next burst. */
  #worker: Worker | null
  #running: BurstRecord | null = null
  #last: BurstRecord | null = null
  #beforeLast: BurstRecord | null = null
  #poll: NodeJS.Timeout | null = null
  #silence: NodeJS.Timeout | null = null
  #closing: Promise<void> | null = null

  constructor(options: EngineOptions & { worker?: URL }) {
    this.#options = options
    this.#workerUrl = options.worker ?? WORKER
    this.#worker = this.#startWorker()
  }

  start(plan: BurstPlan, listener: BurstListener = {}): RunningBurst {
    if (this.#closing !== null) throw new Error('The engine is closed')
    if (this.#running !== null) throw new Error('A burst is running')
    const worker = this.#worker ?? this.#startWorker()
    this.#worker = worker
    const memory = this.#memories.find((one) => one !== this.#last?.memory) ?? new BurstMemory()
    if (this.#beforeLast?.memory === memory) {
      this.#beforeLast.release()
      memory.clear(this.#beforeLast.usedRows)
    }
    const control = {
      cancel: () => tell(worker, { kind: 'cancel' }),
      edit: (edit: BurstEdit) => tell(worker, { kind: 'edit', edit }),
    }
    const record = new BurstRecord(plan, memory, listener, control, this.#options.backendAt)
    this.#running = record
    this.#beforeLast = this.#last
    tell(worker, { kind: 'start', plan, buffers: memory.buffers })
    this.#silence = setTimeout(() => {
      this.#crashed(worker, `it said nothing for ${SILENCE_MS / 1_000} s`)
      void worker.terminate()
    }, SILENCE_MS)
    if (plan.method === 'POST') this.#poll = setInterval(() => this.#passReloadOn(memory), RELOAD_POLL_MS)
    return record
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    if (this.#running !== null) {
      const patience = new AbortController()
      const ended = this.#running.cancel()
      await Promise.race([
        ended,
        setTimeoutAsync(CLOSE_PATIENCE_MS, null, { signal: patience.signal }).catch(() => null),
      ])
      patience.abort()
    }
    await this.#worker?.terminate()
  }

  #passReloadOn(memory: BurstMemory): void {
    Atomics.store(memory.flags, 0, this.#options.reloadMayCut() ? 1 : 0)
  }

  #startWorker(): Worker {
    const worker = new Worker(this.#workerUrl, { name: 'load engine' })
    worker.on('message', (message: FromWorker) => {
      if (worker === this.#worker && this.#running !== null) this.#take(this.#running, message)
    })
    worker.on('error', (error) => this.#crashed(worker, error instanceof Error ? error.message : String(error)))
    worker.on('exit', (code) => this.#crashed(worker, `its thread ended with code ${code}`))
    return worker
  }

  #take(record: BurstRecord, message: FromWorker): void {
    this.#silence?.refresh()
    if (message.kind === 'started') record.started(message.startedAtMs)
    else if (message.kind === 'tick') record.ticked(message)
    else this.#over(record, { status: message.status, failure: message.failure })
  }

  /** Lets go of the burst before its listener hears of the end, so that the listener may start another. */
  #over(record: BurstRecord, end: BurstEnd): void {
    if (this.#poll !== null) clearInterval(this.#poll)
    if (this.#silence !== null) clearTimeout(this.#silence)
    this.#poll = null
    this.#silence = null
    this.#running = null
    this.#last = record
    record.over(end)
  }

  #crashed(worker: Worker, cause: string): void {
    if (worker !== this.#worker) return
    this.#worker = null
    if (this.#running !== null) {
      this.#over(this.#running, { status: 'failed', failure: `The load engine stopped: ${cause}` })
    }
  }
}
