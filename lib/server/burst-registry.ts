import { randomUUID } from 'node:crypto'
import type { Cluster } from '#lib/cluster/cluster.ts'
import { MAX_KEPT_BURSTS, SUMMARY_INTERVAL_MS } from '#lib/protocol/limits.ts'
import type { Burst, BurstEdit, BurstRequest } from '#lib/protocol/model.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { BurstTick, Engine, RunningBurst } from '#lib/traffic/burst.ts'
import type { RunningSince } from './action-log.ts'
import type { WatchedBurst } from './browser-stream.ts'
import { openJudge } from './burst-judge.ts'
import { planOf, summarise } from './burst-summary.ts'

export type BurstListener = {
  started?: (burst: Burst) => void
  ticked?: (tick: BurstTick, running: RunningBurst) => void
  measured?: (burst: Burst) => void
  finished?: (burst: Burst) => void
}

type Kept = {
  number: number
  request: BurstRequest
  run: RunningBurst
  /** As of the last tick. */
  elapsedUs: number
  summary: () => Burst
  /** Set at its end: the summary that stays, when its samples are long gone. */
  final: Burst | null
  ended: Promise<Burst>
}

/** Runs bursts, one at a time, and keeps what became of the last ones. */
export class BurstRegistry {
  /** Names this start of the server: ids begin anew with each. */
  readonly boot = randomUUID()
  readonly #engine: Engine
  readonly #cluster: Cluster
  readonly #kept: Kept[] = []
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
  start(given: BurstRequest): Burst {
    const running = this.#running()
    if (running) {
      const id = idOf(running.number)
      throw new ProblemError('burst-running', `${id} is running: wait for its end or cancel it.`, { burst: id })
    }
    const number = this.#nextNumber++
    // Of this command, not of the worker's first request a few milliseconds later: with the id it names the burst, so it never changes.
    const startedAtMs = Date.now()
    // The judge reads it again at each tick: an edit raises the concurrency in mid-burst.
    const request = { ...given }
    const judge = openJudge(this.#cluster, request)
    let end: (burst: Burst) => void = () => undefined
    const ended = new Promise<Burst>((resolve) => {
      end = resolve
    })
    const run = this.#engine.start(planOf(request, this.#cluster.target()), {
      onTick: (tick) => {
        kept.elapsedUs = tick.elapsedUs
        judge.take(tick, run)
        this.#tell((listener) => listener.ticked?.(tick, run))
      },
      onEnd: () => {
        clearInterval(measuring)
        kept.final = kept.summary()
        this.#tell((listener) => listener.finished?.(kept.final ?? kept.summary()))
        end(kept.final)
      },
    })
    const kept: Kept = {
      number,
      request,
      run,
      elapsedUs: 0,
      summary: () => {
        const outcome = run.ended()
        const measure = run.measure()
        return summarise(
          {
            id: idOf(number),
            boot: this.boot,
            request: kept.request,
            status: outcome?.status ?? 'running',
            failure: outcome?.failure ?? null,
            startedAtMs,
            finishedAtMs: outcome ? startedAtMs + measure.elapsedUs / 1000 : null,
          },
          measure,
          judge.verdict(),
        )
      },
      final: null,
      ended,
    }
    const measuring = setInterval(
      () => this.#tell((listener) => listener.measured?.(kept.summary())),
      SUMMARY_INTERVAL_MS,
    )
    this.#kept.push(kept)
    if (this.#kept.length > MAX_KEPT_BURSTS) this.#kept.shift()
    const burst = kept.summary()
    this.#tell((listener) => listener.started?.(burst))
    return burst
  }

  /** Resolves when it has ended; a burst that has ended already is answered as it is. Throws ProblemError `not-found`. */
  async cancel(id: string): Promise<Burst> {
    const kept = this.#find(id)
    if (!kept.final) await kept.run.cancel()
    return kept.ended
  }

  /** Throws ProblemError `not-found`, also for a burst that has ended. */
  edit(id: string, edit: BurstEdit): Burst {
    const kept = this.#find(id)
    if (kept.final) throw new ProblemError('not-found', `${id} has ended: start another burst.`)
    kept.run.edit(edit)
    Object.assign(kept.request, withoutUndefined(edit))
    const burst = kept.summary()
    this.#tell((listener) => listener.measured?.(burst))
    return burst
  }

  get(id: string): Burst {
    const kept = this.#find(id)
    return kept.final ?? kept.summary()
  }

  /** Resolves at the end of the burst, or with what it is after `waitMs`. */
  async wait(id: string, waitMs: number): Promise<Burst> {
    const kept = this.#find(id)
    if (kept.final) return kept.final
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), waitMs)
    })
    const ended = await Promise.race([kept.ended, patience])
    clearTimeout(timer)
    return ended ?? kept.summary()
  }

  list(): Burst[] {
    return this.#kept.map((kept) => kept.final ?? kept.summary())
  }

  /** The running burst, else the last one. */
  current(): Burst | null {
    const kept = this.#kept.at(-1)
    return kept ? (kept.final ?? kept.summary()) : null
  }

  /** The samples of a burst, while they are kept: of the running and the last one. */
  run(id: string): RunningBurst | null {
    const kept = this.#find(id)
    return this.#kept.indexOf(kept) >= this.#kept.length - 2 ? kept.run : null
  }

  runningSince(): RunningSince {
    const kept = this.#running()
    if (!kept) return null
    return { id: idOf(kept.number), sinceUs: Math.round((Date.now() - kept.run.startedAt()) * 1000) }
  }

  watched(): WatchedBurst | null {
    const kept = this.#kept.at(-1)
    if (!kept) return null
    const { run, number } = kept
    return {
      number,
      head: () => run.nextSeq(),
      firstKept: () => run.firstSeq(),
      elapsedUs: () => kept.elapsedUs,
      totals: () => run.totals(),
      samples: (from, to) => run.samples(from, to),
      details: (from, to) => run.details(from, to),
      tables: (routes, peers) => ({
        ...{ routes: run.routes().slice(routes), peers: run.peers().slice(peers), generations: [], backends: [] },
      }),
    }
  }

  async close(): Promise<void> {
    const running = this.#running()
    if (running) await this.cancel(idOf(running.number))
  }

  #running(): Kept | null {
    const last = this.#kept.at(-1)
    return last && !last.final ? last : null
  }

  #find(id: string): Kept {
    const kept = this.#kept.find(({ number }) => idOf(number) === id)
    if (!kept) {
      throw new ProblemError('not-found', `There is no burst ${id.slice(0, 20)}: the last ${MAX_KEPT_BURSTS} are kept.`)
    }
    return kept
  }

  #tell(what: (listener: BurstListener) => void): void {
    for (const listener of this.#listeners) what(listener)
  }
}

const idOf = (number: number): string => `b${number}`

const withoutUndefined = (edit: BurstEdit): BurstEdit =>
  Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined))
