import { setTimeout as sleep } from 'node:timers/promises'
import type { BackendHost, HostedBackend, HostListener } from '#lib/cluster/backend-host.ts'
import { refuseUnreachable } from '#lib/cluster/reachable.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { ServiceAnswer, ServiceCommand } from '#lib/protocol/service-lines.ts'
import { Attached } from './attached.ts'
import { backendKeyOf, type Container } from './container.ts'
import { problemAt } from './engine-error.ts'
import { Leftovers } from './leftovers.ts'
import type { Made } from './make-replica.ts'
import { NumberPool } from './number-pool.ts'
import { settleAll } from './pool.ts'
import type { ProjectView } from './project-view.ts'
import { CALLS_AT_ONCE, raiseReplicas } from './raise-replicas.ts'
import { Replicas } from './replicas.ts'
import { startUnstarted } from './start-unstarted.ts'

export type DockerHostOptions = {
  view: ProjectView
  service: string
  frontDoorService: string
  /** Where backends listen inside their container: SERVICE_PORT. */
  port: number
  log: (event: string, fields: Record<string, unknown>) => void
  now?: () => number
}

const STOP_GRACE_S = 10
const FIRST_LOOK_MS = 1_000

const isAlive = (container: Container | undefined): boolean =>
  container?.state === 'running' || container?.state === 'paused'

/** Containers of a Compose service as the place where backends run; what it makes are replicas that Compose takes for its own. */
export class DockerHost implements BackendHost {
  readonly #options: DockerHostOptions
  readonly #replicas: Replicas
  readonly #attached: Attached
  readonly #leftovers: Leftovers
  readonly #listeners = new Set<HostListener>()
  readonly #unsubscribe: () => void
  readonly #numbers: NumberPool
  readonly #closed = new AbortController()

  constructor(options: DockerHostOptions) {
    this.#options = options
    this.#replicas = new Replicas({
      ...options,
      now: options.now ?? Date.now,
      changed: () => this.#tell((listener) => listener.changed()),
    })
    this.#attached = new Attached(options.view.engine)
    this.#numbers = new NumberPool(() => this.#replicas.all().map(({ number }) => number))
    this.#leftovers = new Leftovers({ ...options, replicas: this.#replicas })
    this.#unsubscribe = options.view.subscribe({
      trouble: (error) => this.#tell((listener) => listener.trouble(error && this.#troubleWords(error.message))),
    })
  }

  backends(): HostedBackend[] {
    return this.#replicas.backends()
  }

  subscribe(listener: HostListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  backendAt(address: string): string | null {
    return this.#replicas.backendAt(address)
  }

  async raise(count: number, signal: AbortSignal): Promise<HostedBackend[]> {
    this.#refuseWhileGone()
    const { engine } = this.#options.view
    const replicas = this.#replicas
    const stopped = replicas.stopped().slice(0, count)
    const create = count - stopped.length
    const numbers = this.#numbers.open()
    const made: Made = { ids: [], unsure: [] }
    try {
      const sibling = create > 0 ? await this.#sibling() : null
      const ids = await raiseReplicas({ engine, replicas, stopped, create, sibling, numbers, signal }, made)
      const keys = new Set(ids.map(backendKeyOf))
      return this.backends().filter(({ backend }) => keys.has(backend))
    } catch (error) {
      await this.#undo(made, stopped)
      throw error
    } finally {
      numbers.free()
    }
  }

  async retire(backend: string): Promise<void> {
    const { engine } = this.#options.view
    const container = this.#replicas.all().find(({ id }) => backendKeyOf(id) === backend)
    if (!container) return
    this.#replicas.going.retire(container.id, 'stopping')
    try {
      // A frozen process cannot act on SIGTERM; thawing one that is not frozen (any more) is refused and no matter.
      if (container.state === 'paused') await engine.unpause(container.id).catch(() => undefined)
      await engine.stop(container.id, STOP_GRACE_S)
      await this.#options.view.look()
      if (this.#isTemplate(container)) return this.#replicas.going.retire(container.id, 'stopped')
      await engine.remove(container.id)
      await this.#options.view.look()
    } catch (error) {
      const problem = problemAt('drained', error, `Stopping and removing ${container.name}`)
      const now = await this.#found(container.id)
      if (isAlive(now)) {
        this.#replicas.going.recall(container.id)
        throw problem
      }
      if (this.#isTemplate(container)) this.#replicas.going.retire(container.id, 'stopped')
      else if (now) await this.#leftovers.clear({ ids: [container.id], unsure: [] })
    }
  }

  async command(backend: string, command: ServiceCommand): Promise<ServiceAnswer> {
    this.#refuseWhileGone()
    refuseUnreachable(
      this.backends().find((one) => one.backend === backend),
      backend,
    )
    const container = this.#replicas.all().find(({ id }) => backendKeyOf(id) === backend)
    if (!container) throw new ProblemError('not-found', `There is no backend ${backend} any more.`)
    return this.#attached.command(container.id, command)
  }

  /** Resolves when it is known of all that run whether they are ready, or after a second. */
  async firstLook(): Promise<void> {
    const [only, ...others] = this.#replicas.all()
    if (only && others.length === 0 && only.state === 'exited') {
      const { exitCode } = await this.#options.view.engine.life(only.id)
      // One alone that ended in good order is what a cluster scaled to 0 leaves behind.
      if (exitCode === 0) this.#replicas.going.retire(only.id, 'stopped')
    }
    void startUnstarted({ ...this.#options, signal: this.#closed.signal })
    const until = performance.now() + FIRST_LOOK_MS
    while (!this.#replicas.allReady() && performance.now() < until) await sleep(5)
  }

  async close(): Promise<void> {
    this.#closed.abort()
    this.#unsubscribe()
    this.#listeners.clear()
    this.#attached.close()
    this.#leftovers.close()
    this.#replicas.close()
  }

  /** What GET /containers/{id}/json says of the lowest-numbered replica. */
  async #sibling(): Promise<unknown> {
    await this.#options.view.look().catch((error: unknown) => {
      throw problemAt('create', error, 'Looking for a backend to copy')
    })
    const lowest = this.#replicas.lasting()[0]
    if (!lowest) {
      throw new ProblemError(
        'not-reached',
        'No container of the service is left to copy: "docker compose up -d" makes a first one again.',
        { stage: 'create', cause: 'no container to copy' },
      )
    }
    return this.#options.view.engine.inspect(lowest.id).catch((error: unknown) => {
      throw problemAt('create', error, 'Looking at a backend to copy')
    })
  }

  /** The last one stays, stopped: without it there would be nothing to make the next from. */
  #isTemplate({ id }: Container): boolean {
    const all = this.#replicas.lasting()
    return all[0]?.id === id && all.every((one) => this.#replicas.going.stage(one.id) !== null)
  }

  async #undo(made: Made, stopped: Container[]): Promise<void> {
    const stops = stopped.map(({ id }) => async () => {
      this.#replicas.going.retire(id, 'stopping')
      try {
        await this.#options.view.engine.stop(id, STOP_GRACE_S)
        this.#replicas.going.retire(id, 'stopped')
      } catch (error) {
        if (!isAlive(await this.#found(id))) return this.#replicas.going.retire(id, 'stopped')
        this.#replicas.going.recall(id)
        throw error
      }
    })
    const [results] = await Promise.all([settleAll(CALLS_AT_ONCE, stops), this.#leftovers.clear(made)])
    for (const result of results) {
      if (result.status === 'rejected') this.#options.log('leftover-runs', { error: String(result.reason) })
    }
    await this.#look()
  }

  /** As the engine has it now, or had it last. */
  async #found(id: string): Promise<Container | undefined> {
    await this.#look()
    return this.#replicas.all().find((one) => one.id === id)
  }

  /** Nobody waits for an engine that does not answer. */
  async #look(): Promise<void> {
    if (this.#options.view.error === null) await this.#options.view.look().catch(() => undefined)
  }

  #refuseWhileGone(): void {
    const { error } = this.#options.view
    if (error) throw new ProblemError('engine-gone', this.#troubleWords(error.message))
  }

  #troubleWords(cause: string): string {
    return `The Docker engine at ${this.#options.view.engine.words} does not answer (${cause}). What was known last is shown, and it is asked again until it answers.`
  }

  #tell(how: (listener: HostListener) => void): void {
    for (const listener of [...this.#listeners]) how(listener)
  }
}
