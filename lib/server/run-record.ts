import { factsOf, verdictOf } from '#lib/analysis/verdict.ts'
import type { Cluster } from '#lib/cluster/cluster.ts'
import type { Verdict } from '#lib/protocol/judgement.ts'
import type { Action, Burst, BurstEdit, BurstRequest } from '#lib/protocol/model.ts'
import type { KeptSamples, Run } from '#lib/protocol/run.ts'
import type { BurstTick, Engine, RunningBurst } from '#lib/traffic/burst.ts'
import type { WatchedBurst } from './browser-stream.ts'
import { type Judge, openJudge } from './burst-judge.ts'
import { planOf, summarise } from './burst-summary.ts'
import { RunSurroundings } from './run-surroundings.ts'
import { ToldCounts } from './told-counts.ts'

/** More than a person does in an hour; what comes later is not kept with the run. */
const MAX_ACTIONS = 1_000
const NO_VERDICT: Verdict = { tone: 'plain', sentence: '', note: '', showFailures: false }

type RunParts = {
  number: number
  boot: string
  request: BurstRequest
  cluster: Cluster
  engine: Engine
  onTick: (tick: BurstTick, samples: RunningBurst) => void
  onEnd: () => void
}

/** One run, from its start on: all that happened in it, and what stays when its samples are gone. */
export class RunRecord {
  readonly number: number
  readonly id: string
  /** Its samples, details and tables, as far as they are kept. */
  readonly samples: RunningBurst
  readonly #boot: string
  /** Of the command, not of the worker's first request a few milliseconds later: with the id it names the run, so it never changes. */
  readonly #startedAtMs = Date.now()
  /** An edit changes it; the judge reads it again at each tick. */
  readonly #request: BurstRequest
  readonly #surroundings: RunSurroundings
  readonly #judge: Judge
  readonly #counts = new ToldCounts()
  readonly #actions: Action[] = []
  readonly #waiters = new Set<() => void>()
  #elapsedUs = 0
  #final: Run | null = null

  /** Starts it. Throws what Engine.start throws. */
  constructor({ number, boot, request, cluster, engine, onTick, onEnd }: RunParts) {
    this.number = number
    this.id = `b${number}`
    this.#boot = boot
    this.#request = { ...request }
    this.#surroundings = new RunSurroundings(cluster)
    this.#surroundings.meetBackends(cluster.snapshot(), true)
    this.#judge = openJudge(this.#surroundings, this.#request)
    this.samples = engine.start(planOf(request, cluster.target()), {
      onTick: (tick) => {
        this.#take(tick)
        onTick(tick, this.samples)
      },
      onEnd: () => {
        unsubscribe()
        this.#final = this.#whole()
        for (const answer of [...this.#waiters]) answer()
        onEnd()
      },
    })
    const unsubscribe = cluster.subscribe({ changed: (snapshot) => this.#surroundings.meetBackends(snapshot) })
  }

  get isOver(): boolean {
    return this.#final !== null
  }

  /** Everything that a browser or the judge needs to know of these samples is known when they are told. */
  #take(tick: BurstTick): void {
    this.#elapsedUs = tick.elapsedUs
    for (const { generation } of tick.routes) if (generation !== null) this.#surroundings.meetGeneration(generation)
    this.#judge.take(tick, this.samples)
    this.#counts.take(tick, this.samples)
  }

  /** Microseconds since its start. */
  sinceUs(): number {
    return Math.max(0, Math.round((performance.timeOrigin + performance.now() - this.samples.startedAt()) * 1_000))
  }

  note(action: Action): void {
    if (this.#actions.length < MAX_ACTIONS) this.#actions.push(action)
  }

  edit(edit: BurstEdit): void {
    this.samples.edit(edit)
    for (const [key, value] of Object.entries(edit))
      if (value !== undefined) Object.assign(this.#request, { [key]: value })
  }

  /** Resolves at its end. */
  async cancel(): Promise<Burst> {
    if (!this.isOver) await this.samples.cancel()
    return this.summary()
  }

  /** Resolves at its end, or with what it is after `waitMs`: at once for 0. */
  wait(waitMs: number): Promise<Burst> {
    if (this.isOver || waitMs <= 0) return Promise.resolve(this.summary())
    return new Promise((resolve) => {
      const answer = () => {
        clearTimeout(patience)
        this.#waiters.delete(answer)
        resolve(this.summary())
      }
      const patience = setTimeout(answer, waitMs)
      this.#waiters.add(answer)
    })
  }

  /** How many wait for its end. */
  waiting(): number {
    return this.#waiters.size
  }

  summary(): Burst {
    const { generations, backends, actions, ...burst } = this.whole()
    return burst
  }

  whole(): Run {
    return this.#final ?? this.#whole()
  }

  keptSamples(): KeptSamples {
    return { fromSeq: this.samples.firstSeq(), toSeq: this.samples.nextSeq() }
  }

  #whole(): Run {
    const ended = this.samples.ended()
    const measured = this.samples.measure()
    const measure = ended ? measured : this.#counts.applyTo(measured)
    const burst = summarise(
      {
        id: this.id,
        boot: this.#boot,
        request: { ...this.#request },
        status: ended?.status ?? 'running',
        failure: ended?.failure ?? null,
        startedAtMs: this.#startedAtMs,
        finishedAtMs: ended ? this.#startedAtMs + measure.elapsedUs / 1_000 : null,
      },
      measure,
      this.#judge.verdict(),
    )
    const run: Run = {
      ...burst,
      verdict: NO_VERDICT,
      generations: this.#surroundings.generations(),
      backends: this.#surroundings.backends(),
      actions: [...this.#actions],
    }
    return { ...run, verdict: verdictOf(factsOf(run)) }
  }

  watched(): WatchedBurst {
    const { samples } = this
    return {
      number: this.number,
      head: () => samples.nextSeq(),
      firstKept: () => samples.firstSeq(),
      elapsedUs: () => this.#elapsedUs,
      totals: () => samples.totals(),
      samples: (from, to) => samples.samples(from, to),
      details: (from, to) => samples.details(from, to),
      tables: (told) => ({
        routes: samples.routes().slice(told.routes),
        peers: samples.peers().slice(told.peers),
        generations: this.#surroundings.generations(told.generations),
        backends: this.#surroundings.entries(told.backends),
      }),
    }
  }
}
