import { type Clock, REAL_CLOCK } from '#lib/concurrency/clock.ts'
import type { Configuration } from '#lib/protocol/configuration.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import type { NginxControl, NginxWorker } from './nginx-control.ts'
import { WORKER_SHUTDOWN_TIMEOUT_MS } from './render.ts'

export type OldWorkersOptions = {
  /** Living workers; see NginxControl.workers. */
  look: NginxControl['workers']
  lookEveryMs: number
  /** Told whenever workers are gone. */
  gone: () => void
  clock?: Clock
}

/** `pid` null: workers that nobody can tell, for as long as they could live. `configuration` null: they may send to any backend. */
type OldWorker = { pid: number | null; configuration: Configuration | null; retiredAt: number }

/** nginx lets new and old workers take connections side by side for 100 ms (ngx_master_process_cycle). */
const OVERLAP_MS = 200
/** A kept connection that a reload cuts is cut when the old workers close it: at once. */
const CUTTING_MS = 1_000
const LONGEST_LIFE_MS = WORKER_SHUTDOWN_TIMEOUT_MS + CUTTING_MS

/** The only owner of the workers that reloads have retired: one loop looks where they are and lets them go, everybody else asks. */
export class OldWorkers {
  readonly #options: OldWorkersOptions
  readonly #clock: Clock
  #workers: OldWorker[] = []
  #retiredAt = Number.NEGATIVE_INFINITY
  #isWatching = false
  #isClosed = false

  constructor(options: OldWorkersOptions) {
    this.#options = options
    this.#clock = options.clock ?? REAL_CLOCK
  }

  /** To be called just before the signal. `pids` null: nobody can tell them. `configuration`: what they were told, null when unknown. */
  retire(pids: readonly number[] | null, configuration: Configuration | null): void {
    const retiredAt = this.#clock.now()
    this.#retiredAt = retiredAt
    for (const pid of pids ?? [null]) {
      const known = pid === null ? undefined : this.#workers.find((one) => one.pid === pid)
      // A worker that outlived an earlier reload keeps the older configuration. Its time begins again: the signal may have got lost.
      if (known) known.retiredAt = retiredAt
      else this.#workers.push({ pid, configuration, retiredAt })
    }
    void this.#watch()
  }

  /** The signal was surely sent by now: the time of the workers that were retired for it begins here. */
  signalled(): void {
    const now = this.#clock.now()
    for (const one of this.#workers) if (one.retiredAt === this.#retiredAt) one.retiredAt = now
    this.#retiredAt = now
  }

  /** Whether none of them takes new connections any more. */
  async stoppedListening(): Promise<boolean> {
    const pids = this.#pids()
    const seen = pids.length > 0 ? await this.#look(pids) : []
    if (seen !== null && this.#workers.every(({ pid }) => pid !== null)) {
      return !seen.some(({ pid, isLeaving }) => !isLeaving && this.#workers.some((one) => one.pid === pid))
    }
    await new Promise<void>((resolve) => this.#clock.after(OVERLAP_MS, resolve))
    return true
  }

  /** Whether one of them may still send a request to this backend. */
  mayReach(backend: BackendKey): boolean {
    return this.#workers.some(
      ({ configuration }) =>
        configuration === null ||
        configuration.servers.some((server) => server.backend === backend && server.state === 'in'),
    )
  }

  /** A reload is under way, or was a moment ago, or its old workers still live. */
  mayCut(): boolean {
    return this.#clock.now() - this.#retiredAt < CUTTING_MS || this.#workers.length > 0
  }

  close(): void {
    this.#isClosed = true
    this.#workers = []
  }

  async #watch(): Promise<void> {
    if (this.#isWatching) return
    this.#isWatching = true
    while (this.#workers.length > 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#clock.after(this.#options.lookEveryMs, resolve))
      const lookedAt = this.#clock.now()
      const living = await this.#living()
      const before = this.#workers.length
      // Those that were retired during the look are not in it.
      this.#workers = this.#workers.filter((one) => one.retiredAt >= lookedAt || this.#lives(one, living))
      if (this.#workers.length < before && !this.#isClosed) this.#options.gone()
    }
    this.#isWatching = false
  }

  async #living(): Promise<ReadonlySet<number> | null> {
    const seen = await this.#look(this.#pids())
    return seen && new Set(seen.map(({ pid }) => pid))
  }

  /** A look that fails tells nothing. */
  #look(pids: readonly number[]): Promise<NginxWorker[] | null> {
    return this.#options.look(pids).catch(() => null)
  }

  #lives({ pid, retiredAt }: OldWorker, living: ReadonlySet<number> | null): boolean {
    if (this.#clock.now() - retiredAt >= LONGEST_LIFE_MS) return false
    return pid === null || living === null || living.has(pid)
  }

  #pids(): number[] {
    return this.#workers.flatMap(({ pid }) => pid ?? [])
  }
}
