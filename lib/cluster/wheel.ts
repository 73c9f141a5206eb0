import { DEFAULT_POLICY, type FrontDoor, type UpstreamServer } from '#lib/front-door/front-door.ts'
import { SCALE_DEADLINE_MS } from '#lib/protocol/limits.ts'
import type { Backend, BackendKey, BackendStatus } from '#lib/protocol/model.ts'
import { ProblemError, type Stage } from '#lib/protocol/problem.ts'
import type { BackendHost, HostedBackend } from './backend-host.ts'
import type { ClusterNote } from './cluster.ts'
import { chooseLeavers, type Member, sameServers, upstreamServers } from './membership.ts'

export type WheelOptions = {
  host: BackendHost
  door: FrontDoor
  /** Something a snapshot shows has changed. */
  changed: () => void
  noted: (note: ClusterNote) => void
  log: (event: string, fields: Record<string, unknown>) => void
}

/** A burst may span this many reloads and still be judged whole. */
const KEPT_GENERATIONS = 1_000
const RETRY_MS = 1_000

type Turn = { replicas: number; cancel: AbortController; stage: Stage }

/**
 * Holds the wheel of one cluster: which backends stand in the front door's list, and how many there are.
 * Up: create, start, ready, list. Down: unlist, let old workers go, SIGTERM, remove. One turn at a time, the newest target wins.
 */
export class Wheel {
  readonly #options: WheelOptions
  readonly #members = new Map<BackendKey, Member>()
  readonly #ejections = new Map<BackendKey, { until: number; timer: NodeJS.Timeout }>()
  readonly #unsubscribe: (() => void)[]
  readonly #generations = new Map<string, readonly BackendKey[]>()
  #seen = new Map<BackendKey, HostedBackend>()
  #applied: UpstreamServer[] | null = null
  #applying: Promise<void> | null = null
  #target = 0
  #turn: Turn | null = null
  #queue: Promise<unknown> = Promise.resolve()
  #raising = false
  #followsDeaths = false
  #retry: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: WheelOptions) {
    this.#options = options
    this.#unsubscribe = [
      options.host.subscribe({ changed: () => this.#hostChanged(), trouble: () => options.changed() }),
      options.door.subscribe({ changed: () => this.#doorChanged() }),
    ]
    this.#hostChanged()
  }

  get replicas(): number {
    return this.#target
  }

  get followsDeaths(): boolean {
    return this.#followsDeaths
  }

  /** Whether a backend that died is taken out of the list at once (and back when it lives again), instead of left to the front door. */
  followDeaths(on: boolean): void {
    if (!this.#isOurs()) throw readOnly(this.#options.door.holder?.().name ?? '')
    this.#followsDeaths = on
    this.#options.changed()
    this.#follow()
  }

  get scaling(): boolean {
    return this.#turn !== null
  }

  backends(): Backend[] {
    return this.#options.host.backends().map((hosted) => {
      const member = this.#members.get(hosted.backend)
      const until = this.#ejections.get(hosted.backend)?.until
      return {
        backend: hosted.backend,
        number: hosted.number,
        address: hosted.address,
        wanted: member?.wanted ?? 'up',
        status: statusOf(hosted, member),
        listed: member?.listed ?? false,
        weight: 1,
        ejectedUntil: until === undefined ? null : new Date(until).toISOString(),
      }
    })
  }

  /** Sets the target; see Cluster.scale for what it resolves and rejects with. */
  async scale(replicas: number): Promise<void> {
    if (!this.#isOurs()) throw readOnly(this.#options.door.holder?.().name ?? '')
    const before = this.#target
    this.#target = replicas
    const superseded = this.#turn
    const turn: Turn = { replicas, cancel: new AbortController(), stage: 'create' }
    this.#turn = turn
    if (before !== replicas) this.#options.noted({ kind: 'scaled', label: `${before} → ${replicas}`, backend: null })
    this.#options.changed()
    if (superseded && (replicas < superseded.replicas || superseded.stage === 'drained')) superseded.cancel.abort()
    const earlier = this.#queue
    const done = earlier.catch(() => undefined).then(() => this.#take(turn))
    this.#queue = done
    await done
  }

  /** The front door failed at this backend: with others to turn to it is avoided for `fail_timeout` (nginx, max_fails=1). */
  attemptFailed(backend: BackendKey): void {
    const listed = [...this.#members.values()].filter((member) => member.listed).length
    if (listed < 2 || this.#closed || !this.#members.get(backend)?.listed) return
    const known = this.#ejections.get(backend)
    clearTimeout(known?.timer)
    const timer = setTimeout(() => {
      this.#ejections.delete(backend)
      this.#options.changed()
    }, DEFAULT_POLICY.failTimeoutMs)
    timer.unref()
    this.#ejections.set(backend, { until: Date.now() + DEFAULT_POLICY.failTimeoutMs, timer })
    if (!known) this.#options.changed()
  }

  membersOf(generation: string): readonly BackendKey[] | null {
    return this.#generations.get(generation) ?? null
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    for (const stop of this.#unsubscribe) stop()
    for (const { timer } of this.#ejections.values()) clearTimeout(timer)
    this.#turn?.cancel.abort()
    await this.#queue.catch(() => undefined)
    await this.#applying?.catch(() => undefined)
  }

  async #take(turn: Turn): Promise<void> {
    if (this.#turn !== turn) throw superseded(this.#target)
    const deadline = setTimeout(() => turn.cancel.abort(new Error('out of time')), SCALE_DEADLINE_MS)
    try {
      await this.#steer(turn)
      if (this.#turn !== turn) throw superseded(this.#target)
    } catch (error) {
      if (this.#turn !== turn) throw superseded(this.#target)
      this.#target = this.#staying().length
      if (turn.cancel.signal.aborted && !(error instanceof ProblemError)) {
        throw new ProblemError(
          'not-reached',
          `${turn.replicas} replicas were not reached within ${SCALE_DEADLINE_MS / 1000} s: it stopped at "${turn.stage}". There are ${this.#target} now; try again, or look at the log.`,
          { stage: turn.stage, cause: String(turn.cancel.signal.reason) },
        )
      }
      throw error
    } finally {
      clearTimeout(deadline)
      if (this.#turn === turn) this.#turn = null
      this.#follow()
      this.#options.changed()
    }
  }

  async #steer(turn: Turn): Promise<void> {
    this.#takeBack(turn.replicas)
    const missing = turn.replicas - this.#staying().length
    if (missing > 0) await this.#raise(turn, missing)
    turn.stage = 'reloaded'
    await this.#apply()
    const surplus = this.#options.host.backends().length - turn.replicas
    if (surplus > 0) await this.#letGo(turn, surplus)
  }

  /** Those that are leaving and have not been told to stop yet come back before anybody new is made. */
  #takeBack(replicas: number): void {
    const leaving = this.#options.host.backends().filter(({ backend }) => this.#isWanted(backend, 'draining'))
    const room = Math.max(0, replicas - this.#staying().length)
    for (const { backend } of leaving.slice(0, room)) this.#members.set(backend, { wanted: 'up', listed: true })
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
    const leavers = chooseLeavers(this.#options.host.backends(), this.#members, surplus)
    for (const { backend } of leavers) this.#members.set(backend, { wanted: 'draining', listed: false })
    this.#options.changed()
    await this.#apply()
    turn.stage = 'drained'
    await untilAborted(this.#options.door.settled(), turn.cancel.signal)
    for (const { backend } of leavers) this.#members.set(backend, { wanted: 'down', listed: false })
    this.#options.changed()
    await Promise.all(leavers.map(({ backend }) => this.#options.host.retire(backend)))
  }

  #isOurs(): boolean {
    return this.#options.door.holder?.().mine ?? true
  }

  #remember(generation: string, listed: HostedBackend[]): void {
    this.#generations.set(
      generation,
      listed.map(({ backend }) => backend),
    )
    const oldest = this.#generations.keys().next().value
    if (this.#generations.size > KEPT_GENERATIONS && oldest !== undefined) this.#generations.delete(oldest)
  }

  #staying(): HostedBackend[] {
    return this.#options.host.backends().filter(({ backend }) => this.#isWanted(backend, 'up'))
  }

  #isWanted(backend: BackendKey, wanted: Member['wanted']): boolean {
    return (this.#members.get(backend)?.wanted ?? 'up') === wanted
  }

  #doorChanged(): void {
    this.#applied = null
    this.#options.changed()
    this.#follow()
  }

  #hostChanged(): void {
    const now = new Map(this.#options.host.backends().map((hosted) => [hosted.backend, hosted]))
    for (const backend of this.#members.keys()) if (!now.has(backend)) this.#members.delete(backend)
    for (const hosted of now.values()) {
      const member = this.#members.get(hosted.backend) ?? { wanted: 'up', listed: false }
      const joins = hosted.state === 'up' && member.wanted === 'up' && !this.#raising
      this.#members.set(hosted.backend, { ...member, listed: member.listed || joins })
    }
    this.#note(now)
    if (!this.#turn) this.#target = this.#staying().length
    this.#seen = now
    this.#options.changed()
    this.#follow()
  }

  #note(now: Map<BackendKey, HostedBackend>): void {
    for (const { backend, number, state } of now.values()) {
      const was = this.#seen.get(backend)?.state
      const leaving = !this.#isWanted(backend, 'up')
      if (was === state || leaving) continue
      if (state === 'down' && was !== undefined) this.#say('down', `${number} went down`, backend)
      if (state === 'paused') this.#say('paused', `${number} paused`, backend)
      if (state === 'up' && (was === 'down' || was === 'paused')) this.#say('back', `${number} is back`, backend)
      if (state === 'up' && (was === undefined || was === 'starting')) this.#say('joined', `${number} joined`, backend)
    }
    for (const { backend, number } of this.#seen.values()) {
      if (!now.has(backend)) this.#say('left', `${number} left`, backend)
    }
  }

  #say(kind: ClusterNote['kind'], label: string, backend: BackendKey): void {
    this.#options.noted({ kind, label, backend })
  }

  /** Brings the list after a change that nobody waits for; a failure is logged and tried again. */
  #follow(): void {
    if (this.#closed || this.#raising || !this.#isOurs()) return
    clearTimeout(this.#retry)
    this.#apply().catch((error: unknown) => {
      this.#options.log('list-not-applied', { error: String(error) })
      clearTimeout(this.#retry)
      this.#retry = setTimeout(() => this.#follow(), RETRY_MS)
    })
  }

  /** One apply at a time; a change that comes meanwhile is applied after it. Resolves when the list of now is in force. */
  async #apply(): Promise<void> {
    while (!this.#closed) {
      const servers = upstreamServers(this.#options.host.backends(), this.#members, this.#followsDeaths)
      if (this.#applying) {
        await this.#applying.catch(() => undefined)
        continue
      }
      if (sameServers(this.#applied, servers)) return
      const listed = this.#options.host
        .backends()
        .filter(({ address }) => servers.some((server) => server.address === address))
      this.#applying = this.#options.door.apply(servers, DEFAULT_POLICY).then((generation) => {
        this.#applied = servers
        this.#remember(generation, listed)
        this.#options.log('list-applied', { generation, backends: servers.length })
      })
      try {
        await this.#applying
      } finally {
        this.#applying = null
        this.#options.changed()
      }
    }
  }
}

function statusOf({ state }: HostedBackend, member: Member | undefined): BackendStatus {
  if (state === 'down' || state === 'paused' || state === 'starting') return state
  if (member && member.wanted !== 'up') return 'draining'
  return member?.listed ? 'up' : 'starting'
}

const readOnly = (holder: string) =>
  new ProblemError(
    'read-only',
    `Another dashboard (${holder}) keeps the front door's list, so this one only watches. Stop that one, or take over here.`,
  )

const superseded = (replicas: number) =>
  new ProblemError('superseded', `A newer command took over: ${replicas} replicas are wanted now.`, { replicas })

function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'))
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
