import { setTimeout as sleep } from 'node:timers/promises'
import { FRAME_INTERVAL_MS, MAX_ARCHIVED_SAMPLES, MAX_KEPT_BURSTS } from '#lib/protocol/limits.ts'
import type { BurstEdit } from '#lib/protocol/model.ts'
import type { BurstEnd, BurstListener, BurstPlan, Engine, EngineOptions, RunningBurst } from './burst.ts'
import { BurstMemory } from './burst-memory.ts'
import { BurstRecord } from './burst-record.ts'
import { lastBeat, readProgress } from './progress.ts'
import { openThread, type Thread } from './thread.ts'
import type { WorkerEnd } from './worker-messages.ts'

const WORKER = new URL('./worker.ts', import.meta.url)
/** A worker that gives no sign of life for this long is stuck: it gives four a second. */
const SILENCE_MS = 15_000
/** Whoever cancels waits for the end. */
const CANCELLING_INTERVAL_MS = 1
/** Cancelling takes some 20 ms; a worker that does not manage is ended. */
const CLOSE_PATIENCE_MS = 1_000

/** Opens the load engine: one worker thread, two sample stores (the running burst and the last one). */
export function openEngine(options: EngineOptions & { worker?: URL }): Engine {
  return new LoadEngine(options)
}

class LoadEngine implements Engine {
  readonly #options: EngineOptions
  readonly #workerUrl: URL
  readonly #memories = [new BurstMemory(), new BurstMemory()]
  /** Null after a crash, until the next burst. */
  #thread: Thread | null
  #running: BurstRecord | null = null
  #last: BurstRecord | null = null
  #beforeLast: BurstRecord | null = null
  /** Ended bursts whose memory was given to a later one, the oldest first. */
  readonly #archived: BurstRecord[] = []
  #polling: NodeJS.Timeout | null = null
  #heard = { beat: 0, at: 0 }
  #closing: Promise<void> | null = null

  constructor(options: EngineOptions & { worker?: URL }) {
    this.#options = options
    this.#workerUrl = options.worker ?? WORKER
    this.#thread = this.#openThread()
  }

  start(plan: BurstPlan, listener: BurstListener = {}): RunningBurst {
    if (this.#closing !== null) throw new Error('The engine is closed')
    if (this.#running !== null) throw new Error('A burst is running')
    const thread = this.#thread ?? this.#openThread()
    this.#thread = thread
    const memory = this.#memories.find((one) => one !== this.#last?.memory) ?? new BurstMemory()
    if (this.#beforeLast?.memory === memory) {
      this.#archive(this.#beforeLast)
      memory.clear(this.#beforeLast.usedRows)
    }
    const control = {
      cancel: () => {
        thread.tell({ kind: 'cancel' })
        this.#pollEvery(CANCELLING_INTERVAL_MS, record, thread)
      },
      edit: (edit: BurstEdit) => thread.tell({ kind: 'edit', edit }),
    }
    const record = new BurstRecord(plan, memory, listener, control, this.#options.backendAt)
    this.#running = record
    this.#beforeLast = this.#last
    this.#heard = { beat: 0, at: performance.now() }
    this.#passReloadOn(memory)
    thread.tell({ kind: 'start', plan, buffers: memory.buffers })
    this.#pollEvery(FRAME_INTERVAL_MS, record, thread)
    return record
  }

  #pollEvery(ms: number, record: BurstRecord, thread: Thread): void {
    if (this.#polling !== null) clearInterval(this.#polling)
    this.#polling = setInterval(() => this.#poll(record, thread), ms)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    if (this.#running !== null) {
      const patience = new AbortController()
      const tooLong = sleep(CLOSE_PATIENCE_MS, null, { signal: patience.signal }).catch(() => null)
      await Promise.race([this.#running.cancel(), tooLong])
      patience.abort()
    }
    await this.#thread?.end()
  }

  /** Keeps copies of what ended bursts measured, within a bound: the oldest go first. */
  #archive(record: BurstRecord): void {
    record.release()
    this.#archived.push(record)
    const size = (): number => this.#archived.reduce((sum, { archived }) => sum + archived, 0)
    while (this.#archived.length > MAX_KEPT_BURSTS || size() > MAX_ARCHIVED_SAMPLES) this.#archived.shift()?.forget()
  }

  #passReloadOn(memory: BurstMemory): void {
    Atomics.store(memory.flags, 0, this.#options.reloadMayCut() ? 1 : 0)
  }

  #openThread(): Thread {
    const thread: Thread = openThread(this.#workerUrl, (cause) => this.#crashed(thread, cause))
    return thread
  }

  /** Progress first, then the messages: so the news of all that it counts are among them. */
  #poll(record: BurstRecord, thread: Thread): void {
    const { memory } = record
    this.#passReloadOn(memory)
    let progress = readProgress(memory.progress)
    let elapsedUs = Math.round((performance.timeOrigin + performance.now() - record.startedAt()) * 1_000)
    let end: WorkerEnd | null = null
    for (let message = thread.take(); message !== null; message = thread.take()) {
      if (message.kind === 'started') record.started(message.startedAtMs)
      else if (message.kind === 'news') record.take(message)
      else end = message
    }
    if (end !== null) {
      progress = readProgress(memory.progress)
      elapsedUs = end.elapsedUs
    }
    if (progress !== null) record.advance(progress, elapsedUs)
    if (end !== null) this.#over(record, { status: end.status, failure: end.failure })
    else this.#listenForLife(memory, thread)
  }

  #listenForLife(memory: BurstMemory, thread: Thread): void {
    const beat = lastBeat(memory.progress)
    if (beat !== this.#heard.beat) this.#heard = { beat, at: performance.now() }
    else if (performance.now() - this.#heard.at > SILENCE_MS) {
      this.#crashed(thread, `it said nothing for ${SILENCE_MS / 1_000} s`)
      void thread.end()
    }
  }

  /** Lets go of the burst before its listener hears of the end, so that the listener may start another. */
  #over(record: BurstRecord, end: BurstEnd): void {
    if (this.#polling !== null) clearInterval(this.#polling)
    this.#polling = null
    this.#running = null
    this.#last = record
    record.over(end)
  }

  #crashed(thread: Thread, cause: string): void {
    if (thread !== this.#thread) return
    this.#thread = null
    if (this.#running !== null) {
      this.#over(this.#running, { status: 'failed', failure: `The load engine stopped: ${cause}` })
    }
  }
}
