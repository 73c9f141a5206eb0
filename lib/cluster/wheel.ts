import { DEFAULT_POLICY, type FrontDoor } from '#lib/front-door/front-door.ts'
import { SCALE_DEADLINE_MS } from '#lib/protocol/limits.ts'
import type { Backend, BackendKey } from '#lib/protocol/model.ts'
import { ProblemError, type Stage } from '#lib/protocol/problem.ts'
import type { BackendHost } from './backend-host.ts'
import type { ClusterNote } from './cluster.ts'
import { Ejections } from './ejections.ts'
import { ListKeeper } from './list-keeper.ts'
import { refuseUnlessOurs } from './read-only.ts'
import { Roster } from './roster.ts'
import { untilAborted } from './until-aborted.ts'

export type WheelOptions = {
  host: BackendHost
  door: FrontDoor
  /** Something a snapshot shows has changed. */
  changed: () => void
  noted: (note: ClusterNote) => void
  log: (event: string, fields: Record<string, unknown>) => void
}

type Turn = { replicas: number; cancel: AbortController; stage: Stage }

/**
 * Holds the wheel of one cluster: which backends stand in the front door's list, and how many there are.
 * Up: create, start, ready, list. Down: unlist, let old workers go, SIGTERM, remove. One turn at a time, the newest target wins.
 */
export class Wheel {
  readonly #options: WheelOptions
  readonly #roster: Roster
  readonly #ejections: Ejections
  readonly #list: ListKeeper
  readonly #unsubscribe: (() => void)[]
  #target = 0
  #turn: Turn | null = null
  #queue: Promise<unknown> = Promise.resolve()
  #raising = false
  #followsDeaths = false

  constructor(options: WheelOptions) {
    const { host, door, changed, log } = options
    this.#options = options
    this.#roster = new Roster(host)
    this.#ejections = new Ejections(changed)
    this.#list = new ListKeeper({
      door,
      changed,
      log,
      wanted: () => this.#roster.servers(this.#followsDeaths),
      backendAt: (address) => host.backendAt(address),
    })
    this.#unsubscribe = [
      host.subscribe({ changed: () => this.#hostChanged(), trouble: () => changed() }),
      door.subscribe({ changed: () => this.#doorChanged() }),
    ]
    this.#hostChanged()
  }

  get replicas(): number {
    return this.#target
  }

  get scaling(): boolean {
    return this.#turn !== null
  }

  get followsDeaths(): boolean {
    return this.#followsDeaths
  }

  /** Whether a backend that died is taken out of the list at once (and back when it lives again), instead of left to the front door. */
  followDeaths(on: boolean): void {
    refuseUnlessOurs(this.#options.door)
    this.#followsDeaths = on
    this.#options.changed()
    this.#follow()
  }

  backends(): Backend[] {
    return this.#roster.view((backend) => this.#ejections.until(backend))
  }

  membersOf(generation: string): readonly BackendKey[] | null {
    return this.#list.membersOf(generation)
  }

  /** The front door failed at this backend: with others to turn to, it is avoided for a while. */
  attemptFailed(backend: BackendKey): void {
    if (this.#roster.listed() > 1 && this.#roster.isListed(backend)) {
      this.#ejections.failed(backend, DEFAULT_POLICY.failTimeoutMs)
    }
  }

  /** Sets the target; see Cluster.scale for what it resolves and rejects with. */
  async scale(replicas: number): Promise<void> {
    refuseUnlessOurs(this.#options.door)
    const before = this.#target
    const earlier = this.#turn
    const turn: Turn = { replicas, cancel: new AbortController(), stage: 'create' }
    this.#target = replicas
    this.#turn = turn
    if (before !== replicas) this.#options.noted({ kind: 'scaled', label: `${before} → ${replicas}`, backend: null })
    this.#options.changed()
    // What a higher target makes, the newer one needs, too; so only waiting in vain is cut short.
    if (earlier && (replicas < earlier.replicas || earlier.stage === 'drained')) earlier.cancel.abort()
    const done = this.#queue.catch(() => undefined).then(() => this.#take(turn))
    this.#queue = done
    await done
  }

  async close(): Promise<void> {
    for (const stop of this.#unsubscribe) stop()
    this.#turn?.cancel.abort()
    await this.#list.close()
    await this.#queue.catch(() => undefined)
    this.#ejections.close()
  }

  async #take(turn: Turn): Promise<void> {
    if (this.#turn !== turn) throw superseded(this.#target)
    const deadline = setTimeout(() => turn.cancel.abort(new Error('out of time')), SCALE_DEADLINE_MS)
    try {
      await this.#steer(turn)
      if (this.#turn !== turn) throw superseded(this.#target)
    } catch (error) {
      if (this.#turn !== turn) throw superseded(this.#target)
      this.#target = this.#roster.staying().length
      throw turn.cancel.signal.aborted && !(error instanceof ProblemError) ? outOfTime(turn, this.#target) : error
    } finally {
      clearTimeout(deadline)
      if (this.#turn === turn) this.#turn = null
      this.#follow()
      this.#options.changed()
    }
  }

  async #steer(turn: Turn): Promise<void> {
    this.#roster.takeBack(turn.replicas)
    const missing = turn.replicas - this.#roster.staying().length
    if (missing > 0) await this.#raise(turn, missing)
    turn.stage = 'reloaded'
    await this.#list.apply()
    const surplus = this.#roster.size - turn.replicas
    if (surplus > 0) await this.#letGo(turn, surplus)
  }

  async #raise(turn: Turn, missing: number): Promise<void> {
    this.#raising = true
    try {
      await this.#options.host.raise(missing, turn.cancel.signal)
    } finally {
      this.#raising = false
      this.#hostChanged()
    }
  }

  async #letGo(turn: Turn, surplus: number): Promise<void> {
    const { host, door } = this.#options
    const leavers = this.#roster.leavers(surplus)
    const become = (wanted: 'draining' | 'down') => {
      this.#roster.unlist(leavers, wanted)
      this.#options.changed()
    }
    become('draining')
    await this.#list.apply()
    turn.stage = 'drained'
    await untilAborted(door.settled(), turn.cancel.signal)
    become('down')
    // All of them, also when one cannot be let go: nothing may be under way any more when the next turn begins.
    const ends = await Promise.allSettled(leavers.map(({ backend }) => host.retire(backend)))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }

  #doorChanged(): void {
    this.#list.forget()
    this.#options.changed()
    this.#follow()
  }

  #hostChanged(): void {
    // While a raise is under way nobody new is listed: should it fail, its backends are removed again.
    for (const note of this.#roster.look(!this.#raising)) this.#options.noted(note)
    if (!this.#turn) this.#target = this.#roster.staying().length
    this.#options.changed()
    this.#follow()
  }

  #follow(): void {
    if (!this.#raising && this.#isOurs()) this.#list.follow()
  }

  #isOurs(): boolean {
    return this.#options.door.holder?.().mine ?? true
  }
}

const superseded = (replicas: number) =>
  new ProblemError('superseded', `A newer command took over: ${replicas} replicas are wanted now.`, { replicas })

const outOfTime = ({ replicas, stage, cancel }: Turn, now: number) =>
  new ProblemError(
    'not-reached',
    `${replicas} replicas were not reached within ${SCALE_DEADLINE_MS / 1000} s: it stopped at "${stage}". There are ${now} now; try again, or look at the log.`,
    { stage, cause: String(cancel.signal.reason) },
  )
