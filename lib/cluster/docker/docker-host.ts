import type { BackendHost, HostedBackend, HostListener } from '#lib/cluster/backend-host.ts'
import { refuseUnreachable } from '#lib/cluster/refusals.ts'
import type { ProjectProfile } from '#lib/compose/project-profile.ts'
import { pause } from '#lib/concurrency/abortable.ts'
import { Listeners } from '#lib/concurrency/listeners.ts'
import type { Log } from '#lib/concurrency/log.ts'
import { Slots } from '#lib/concurrency/slots.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { ServiceAnswer, ServiceCommand } from '#lib/protocol/service-lines.ts'
import { Attached } from './attached.ts'
import { BackendEndings } from './backend-endings.ts'
import { backendKeyOf } from './docker-backend.ts'
import { DockerBackends } from './docker-backends.ts'
import { EngineError, problemAt } from './engine/engine-error.ts'
import type { ProjectView } from './project-view.ts'
import { raiseBackend } from './raise-backend.ts'

export type DockerHostOptions = {
  view: ProjectView
  profile: ProjectProfile
  log: Log
  now?: () => number
  /** How long a backend may take from its start. */
  readyDeadlineMs?: number | undefined
}

const FIRST_LOOK_MS = 1_000
const READY_DEADLINE_MS = 20_000
/** Closing waits this long for raises that are called off to remove what they made. */
const CLOSE_DEADLINE_MS = 3_000
/** A sibling may be removed between the look that finds it and the call that reads it. */
const MOST_SIBLINGS_TRIED = 3
/** More calls only wait for each other inside the engine. */
const CALLS_AT_ONCE = 8
/** A command that creates a container to run it starts it within this time, unless the command was killed. */
const STARTED_WITHIN_MS = 3_000

/** Containers of a Compose service as the place where backends run; Compose takes the containers that Robinscope makes for its own. */
export class DockerHost implements BackendHost {
  readonly #view: ProjectView
  readonly #log: Log
  readonly #backends: DockerBackends
  readonly #endings: BackendEndings
  readonly #attached: Attached
  readonly #listeners = new Listeners<HostListener>()
  readonly #unsubscribe: () => void
  readonly #calls = new Slots(CALLS_AT_ONCE)
  readonly #readyDeadlineMs: number
  readonly #raises = new Set<Promise<unknown>>()
  readonly #closed = new AbortController()
  #sibling: Promise<unknown> | null = null

  constructor({ view, profile, log, now = Date.now, readyDeadlineMs = READY_DEADLINE_MS }: DockerHostOptions) {
    this.#readyDeadlineMs = readyDeadlineMs
    this.#view = view
    this.#log = log
    const changed = () => this.#listeners.tell((listener) => listener.changed())
    this.#backends = new DockerBackends({ view, profile, log, now, changed })
    this.#endings = new BackendEndings({ view, backends: this.#backends, atOnce: CALLS_AT_ONCE, log })
    this.#attached = new Attached(view.engine)
    this.#unsubscribe = view.subscribe({
      trouble: (error) => this.#listeners.tell(({ trouble }) => trouble(error && this.#troubleWords(error.message))),
    })
  }

  subscribe = this.#listeners.subscribe

  backends(): HostedBackend[] {
    return this.#backends.shown()
  }

  backendAt(address: string): BackendKey | null {
    return this.#backends.backendAt(address)
  }

  async raise(signal: AbortSignal): Promise<BackendKey> {
    signal.throwIfAborted()
    this.#closed.signal.throwIfAborted()
    this.#refuseWhileGone()
    const raised = raiseBackend(
      {
        ...{ view: this.#view, backends: this.#backends, endings: this.#endings, calls: this.#calls },
        sibling: () => this.#siblingToCopy(),
        readyDeadlineMs: this.#readyDeadlineMs,
      },
      AbortSignal.any([signal, this.#closed.signal]),
    )
    this.#raises.add(raised)
    const { id } = await raised.finally(() => this.#raises.delete(raised))
    return backendKeyOf(id ?? '')
  }

  async stop(backend: BackendKey): Promise<void> {
    const found = this.#backends.find(backend)
    if (!found) return
    if (found.stage === 'raising') {
      throw new ProblemError('not-reached', `${found.name} is still being brought up: call that off instead.`, {
        stage: 'drained',
        cause: 'it is being brought up',
      })
    }
    await this.#endings.stop(found)
  }

  async command(backend: BackendKey, command: ServiceCommand): Promise<ServiceAnswer> {
    this.#refuseWhileGone()
    const hosted = this.backends().find((one) => one.backend === backend)
    refuseUnreachable(hosted, backend)
    const id = this.#backends.find(backend)?.id
    if (!id) throw new ProblemError('not-found', `There is no backend ${backend} any more.`)
    return this.#attached.command(id, command)
  }

  /** Resolves when it is known of every running backend whether it is ready, or after a second. Changes nothing. */
  async firstLook(): Promise<void> {
    const [only, ...others] = this.#backends.inStage('present')
    if (only?.container?.state === 'exited' && others.length === 0) {
      const life = await this.#view.engine.life(only.container.id).catch(nullWhereRemoved)
      // A single container that ended in good order is what a cluster scaled to 0 leaves behind.
      if (life?.exitCode === 0) this.#backends.become(only, 'kept')
    }
    const late = AbortSignal.timeout(FIRST_LOOK_MS)
    await this.#backends.until(() => this.#backends.allReady(), late).catch(() => undefined)
  }

  /**
   * Starts what a killed dashboard had created and could not start any more: clones of Robinscope that stay unstarted for 3 s. For the
   * dashboard that owns the list. What a user created stays as it is. Never throws; a container that cannot be started stays, too.
   */
  async startUnstarted(): Promise<void> {
    const unstarted = () =>
      this.#backends.inStage('present').filter(({ container }) => container?.isClone && container.state === 'created')
    const before = new Set(unstarted())
    if (before.size === 0) return
    await pause(STARTED_WITHIN_MS, this.#closed.signal)
    for (const { id, name } of unstarted().filter((one) => before.has(one))) {
      if (this.#closed.signal.aborted || id === null) return
      this.#log('unstarted-found', { container: name })
      await this.#view.engine
        .start(id)
        .catch((error: unknown) => this.#log('unstarted-stays', { container: name, error: String(error) }))
    }
  }

  async close(): Promise<void> {
    this.#closed.abort(new ProblemError('not-reached', 'The cluster is being closed.', { stage: 'create' }))
    await Promise.race([Promise.allSettled(this.#raises), pause(CLOSE_DEADLINE_MS)])
    this.#unsubscribe()
    this.#listeners.clear()
    this.#attached.close()
    this.#endings.close()
    this.#backends.close()
  }

  /** What GET /containers/{id}/json says of a backend to copy; asked once for all raises that come meanwhile. */
  #siblingToCopy(): Promise<unknown> {
    this.#sibling ??= this.#findSibling().finally(() => {
      this.#sibling = null
    })
    return this.#sibling
  }

  async #findSibling(): Promise<unknown> {
    try {
      for (let left = MOST_SIBLINGS_TRIED; left > 0; left -= 1) {
        await this.#view.look()
        // Backends on their way out last, and of them the lowest number, which becomes the template.
        const [lowest] = [
          ...this.#backends.inStage('present', 'raising', 'kept'),
          ...this.#backends.inStage('stopping'),
        ].filter(({ container }) => container !== null)
        if (!lowest?.id) break
        const inspected = await this.#view.engine.inspect(lowest.id).catch(nullWhereRemoved)
        if (inspected !== null) return inspected
      }
    } catch (error) {
      throw problemAt('create', error, 'Looking at a backend to copy')
    }
    throw new ProblemError(
      'not-reached',
      'No container of the service is left to copy: "docker compose up -d" makes a first one again.',
      { stage: 'create', cause: 'no container to copy' },
    )
  }

  #refuseWhileGone(): void {
    const { error } = this.#view
    if (error) throw new ProblemError('engine-gone', this.#troubleWords(error.message))
  }

  #troubleWords(cause: string): string {
    return `The Docker engine at ${this.#view.engine.words} does not answer (${cause}). The page shows what was known last, and Robinscope asks again until the engine answers.`
  }
}

function nullWhereRemoved(error: unknown): null {
  if (error instanceof EngineError && error.kind === 'not-found') return null
  throw error
}
