import { randomUUID } from 'node:crypto'
import type { Cluster } from '#lib/cluster/cluster.ts'
import { MAX_KEPT_BURSTS, SUMMARY_INTERVAL_MS } from '#lib/protocol/limits.ts'
import type { Action, Burst, BurstEdit, BurstRequest } from '#lib/protocol/model.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { BurstTick, Engine, RunningBurst } from '#lib/traffic/burst.ts'
import type { RunningSince } from './action-log.ts'
import type { WatchedBurst } from './browser-stream.ts'
import { RunRecord } from './run-record.ts'

export type BurstListener = {
  started?: (burst: Burst) => void
  ticked?: (tick: BurstTick, running: RunningBurst) => void
  measured?: (burst: Burst) => void
  finished?: (burst: Burst) => void
}

/** Runs bursts, one at a time, and keeps the last runs. */
export class BurstRegistry {
  /** Names this start of the server: ids begin anew with each. */
  readonly boot = randomUUID()
  readonly #engine: Engine
  readonly #cluster: Cluster
  readonly #kept: RunRecord[] = []
  readonly #listeners = new Set<BurstListener>()
  #nextNumber = 1

  constructor(options: { engine: Engine; cluster: Cluster }) {
    this.#engine = options.engine
    this.#cluster = options.cluster
  }

  subscribe(listener: BurstListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Throws ProblemError `burst-running`. */
  start(request: BurstRequest): Burst {
    const running = this.#running()
    if (running) {
      const { id } = running
      throw new ProblemError('burst-running', `${id} is running: wait for its end or cancel it.`, { burst: id })
    }
    const run = new RunRecord({
      ...{ number: this.#nextNumber++, boot: this.boot, request, cluster: this.#cluster, engine: this.#engine },
      onTick: (tick, samples) => this.#tell((listener) => listener.ticked?.(tick, samples)),
      onEnd: () => {
        clearInterval(measuring)
        const burst = run.summary()
        this.#tell((listener) => listener.finished?.(burst))
      },
    })
    const measuring = setInterval(() => this.#tellMeasured(run), SUMMARY_INTERVAL_MS)
    this.#kept.push(run)
    if (this.#kept.length > MAX_KEPT_BURSTS) this.#kept.shift()
    const burst = run.summary()
    this.#tell((listener) => listener.started?.(burst))
    return burst
  }

  /** Resolves when it has ended; a burst that has ended already is answered as it is. Throws ProblemError `not-found`. */
  async cancel(id: string): Promise<Burst> {
    return this.run(id).cancel()
  }

  /** Resolves at the end of the burst, or with what it is after `waitMs`. Throws ProblemError `not-found`. */
  async wait(id: string, waitMs: number): Promise<Burst> {
    return this.run(id).wait(waitMs)
  }

  /** Throws ProblemError `not-found`, also for a burst that has ended. */
  edit(id: string, edit: BurstEdit): Burst {
    const run = this.run(id)
    if (run.isOver) throw new ProblemError('not-found', `${id} has ended: start another burst.`)
    run.edit(edit)
    return this.#tellMeasured(run)
  }

  /** One of the kept runs. Throws ProblemError `not-found`. */
  run(id: string): RunRecord {
    const run = this.#kept.find((one) => one.id === id)
    if (run) return run
    throw new ProblemError('not-found', `There is no burst ${id.slice(0, 20)}: the last ${MAX_KEPT_BURSTS} are kept.`)
  }

  /** Oldest first. */
  runs(): readonly RunRecord[] {
    return this.#kept
  }

  /** Oldest first. */
  list(): Burst[] {
    return this.#kept.map((run) => run.summary())
  }

  /** The running burst, else the last one. */
  current(): Burst | null {
    return this.#kept.at(-1)?.summary() ?? null
  }

  /** What happened while a burst runs is a part of its run. */
  note(action: Action): void {
    const running = this.#running()
    if (running && running.id === action.burst?.id) running.note(action)
  }

  runningSince(): RunningSince {
    const running = this.#running()
    return running && { id: running.id, sinceUs: running.sinceUs() }
  }

  watched(): WatchedBurst | null {
    return this.#kept.at(-1)?.watched() ?? null
  }

  async close(): Promise<void> {
    await this.#running()?.cancel()
  }

  #running(): RunRecord | null {
    const last = this.#kept.at(-1)
    return last && !last.isOver ? last : null
  }

  #tellMeasured(run: RunRecord): Burst {
    const burst = run.summary()
    this.#tell((listener) => listener.measured?.(burst))
    return burst
  }

  /** Everybody is told, also when one of them throws. */
  #tell(what: (listener: BurstListener) => void): void {
    const errors: unknown[] = []
    for (const listener of [...this.#listeners]) {
      try {
        what(listener)
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}
