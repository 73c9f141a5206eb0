import type { HostedBackend } from '#lib/cluster/backend-host.ts'
import { AddressBook } from './address-book.ts'
import { backendKeyOf, type Container } from './container.ts'
import { EngineError } from './engine-error.ts'
import type { ContainerEvent } from './events.ts'
import { followReady } from './follow-ready.ts'
import { sharedAddress } from './hosted-state.ts'
import { LettingGo } from './letting-go.ts'
import type { ProjectView } from './project-view.ts'
import { type Ending, ReadyWaits } from './ready-waits.ts'
import { newReplica, type Replica } from './replica.ts'
import { showReplicas } from './show-replicas.ts'

export type ReplicasOptions = {
  view: ProjectView
  service: string
  frontDoorService: string
  /** Taken for a backend's port until its ready line names it. */
  port: number
  now: () => number
  changed: () => void
  log: (event: string, fields: Record<string, unknown>) => void
}

/** The service's containers as backends: who is ready (their own word, in their log), paused, down, gone; whoever changed it. */
export class Replicas {
  readonly going = new LettingGo(() => this.#tell())
  readonly #options: ReplicasOptions
  readonly #byId = new Map<string, Replica>()
  readonly #waits = new ReadyWaits()
  readonly #book = new AddressBook()
  readonly #unsubscribe: () => void
  #shown = ''
  #closed = false

  constructor(options: ReplicasOptions) {
    this.#options = options
    this.#unsubscribe = options.view.subscribe({
      looked: (fresh) => (fresh ? this.#recheck() : this.#looked()),
      event: (event) => this.#happened(event),
    })
    this.#looked()
  }

  all(): Container[] {
    return this.#options.view.service(this.#options.service)
  }

  /** Without leftovers, which are about to be removed. */
  lasting(): Container[] {
    return this.all().filter((container) => !this.going.isLeftover(container))
  }

  backends(): HostedBackend[] {
    const shown = [...this.#byId.values()].filter(({ container }) => !this.going.isHidden(container))
    return showReplicas(
      shown.map((replica) => ({ ...replica, ip: this.#liveIp(replica) })),
      this.#options.now(),
    )
  }

  backendAt(address: string): string | null {
    return this.#book.holder(address)
  }

  /** Whether every running one has said that it listens. */
  allReady(): boolean {
    return [...this.#byId.values()].every(({ container, ready }) => container.state !== 'running' || ready)
  }

  /** Those that we stopped and that stay, to be started again. */
  stopped(): Container[] {
    return this.all().filter((one) => this.going.stage(one.id) === 'stopped' && this.going.isHidden(one))
  }

  /** See ReadyWaits; to be called before it is started. */
  untilReady(id: string, signal: AbortSignal): Promise<Ending | null> {
    return this.#waits.until(id, signal)
  }

  /** To be called once the engine has started it. */
  started(id: string): void {
    this.#waits.started(id)
  }

  close(): void {
    this.#closed = true
    this.#unsubscribe()
    for (const { following } of this.#byId.values()) following?.abort()
  }

  #liveIp({ container }: Replica): string | null {
    return sharedAddress(container, this.#options.view.service(this.#options.frontDoorService)[0])
  }

  #happened({ id, action, exitCode }: ContainerEvent): void {
    const replica = this.#byId.get(id)
    if (action === 'die') {
      if (replica) {
        this.#unready(replica)
        replica.container = { ...replica.container, state: 'exited' }
      }
      this.#waits.ended(id, { removed: false, exitCode })
    }
    if (action === 'destroy') this.#waits.ended(id, { removed: true, exitCode: null })
    this.#tell()
  }

  #looked(): void {
    const containers = this.all()
    const ids = new Set(containers.map(({ id }) => id))
    for (const [id, replica] of this.#byId) {
      if (ids.has(id)) continue
      replica.following?.abort()
      this.#byId.delete(id)
      this.going.forget(id)
    }
    for (const container of containers) this.#update(container)
    this.#tell()
  }

  #update(container: Container): void {
    const { id, state } = container
    const replica = this.#byId.get(id) ?? newReplica(container, this.#options.port)
    this.#byId.set(id, replica)
    replica.container = container
    const ip = this.#liveIp(replica)
    if (ip !== null) {
      replica.lastIp = ip
      this.#book.note(`${ip}:${replica.port}`, backendKeyOf(id))
    }
    if (state === 'running' && this.going.stage(id) === 'stopped') this.going.forget(id)
    if (state !== 'running' && state !== 'paused') this.#unready(replica)
    if (state === 'running' && !replica.ready && !replica.following) void this.#follow(replica)
  }

  #unready(replica: Replica): void {
    replica.ready = false
    replica.following?.abort()
    replica.following = null
  }

  async #follow(replica: Replica): Promise<void> {
    const { id, name } = replica.container
    const following = new AbortController()
    replica.following = following
    try {
      const life = await followReady(this.#options.view.engine, id, following.signal)
      if (following.signal.aborted || life === null) return
      replica.startedAt = life.startedAt
      this.#ready(replica, life.line.port)
    } catch (error) {
      // A log that cannot be read (another logging driver) tells nothing: then running must do.
      if (error instanceof EngineError && error.kind === 'failed' && !following.signal.aborted) {
        this.#options.log('log-not-readable', { container: name, words: error.message })
        this.#ready(replica, replica.port)
      }
    } finally {
      if (replica.following === following) replica.following = null
    }
  }

  #ready(replica: Replica, port: number): void {
    replica.ready = true
    replica.port = port
    if (replica.lastIp !== null) this.#book.note(`${replica.lastIp}:${port}`, backendKeyOf(replica.container.id))
    this.#waits.ready(replica.container.id)
    this.#tell()
  }

  /** Events may have been missed: one that is ready may be in another life by now. */
  #recheck(): void {
    for (const [id, replica] of this.#byId) {
      if (this.#waits.isStarted(id)) void this.#endIfStopped(id)
      if (!replica.ready || replica.startedAt === null) continue
      this.#options.view.engine.life(id).then(
        ({ startedAt }) => {
          if (startedAt === replica.startedAt || this.#closed || !replica.ready) return
          this.#unready(replica)
          this.#update(replica.container)
          this.#tell()
        },
        () => undefined,
      )
    }
    this.#tell()
  }

  async #endIfStopped(id: string): Promise<void> {
    const life = await this.#options.view.engine.life(id).catch(() => null)
    if (life?.status !== 'exited' && life?.status !== 'dead') return
    this.#waits.ended(id, { removed: false, exitCode: life.exitCode })
  }

  #tell(): void {
    if (this.#closed) return
    const shown = JSON.stringify(this.backends())
    if (shown === this.#shown) return
    this.#shown = shown
    this.#options.changed()
  }
}
