import { pause } from '#lib/concurrency/abortable.ts'
import type { Log } from '#lib/concurrency/log.ts'
import { Slots } from '#lib/concurrency/slots.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { type DockerBackend, isAlive } from './docker-backend.ts'
import type { DockerBackends } from './docker-backends.ts'
import { EngineError, isSilence, problemAt } from './engine/engine-error.ts'
import type { ProjectView } from './project-view.ts'

export type BackendEndingsOptions = { view: ProjectView; backends: DockerBackends; atOnce: number; log: Log }

const STOP_GRACE_S = 10
const TRY_AGAIN_MS = 1_000
/** An engine that did not answer a creation in time may still make the container. */
const MAY_COME_MS = 30_000

/** What is known of an end that goes on: its caller waits for the first that is certain. */
type Told = Pick<PromiseWithResolvers<void>, 'resolve' | 'reject'>

const closing = (): ProblemError =>
  new ProblemError('not-reached', 'The cluster is being closed.', {
    stage: 'drained',
    cause: 'the cluster is being closed',
  })

/** Ends backends that are told to stop, and removes backends that were made in vain. Goes on until the container is gone, whatever the engine says. */
export class BackendEndings {
  readonly #options: BackendEndingsOptions
  readonly #stops: Slots
  /** Of their own: a removal takes no grace, and would wait for stops that do. */
  readonly #removals: Slots
  readonly #underWay = new Map<DockerBackend, Promise<void>>()
  readonly #closed = new AbortController()

  constructor(options: BackendEndingsOptions) {
    this.#options = options
    this.#stops = new Slots(options.atOnce)
    this.#removals = new Slots(options.atOnce)
  }

  /** See BackendHost.stop. The lowest number stays as the template, when all are told to stop. */
  stop(backend: DockerBackend): Promise<void> {
    const { view, backends } = this.#options
    const known = this.#underWay.get(backend)
    if (known) return known
    const told = Promise.withResolvers<void>()
    const tellOfTrouble = (error: EngineError | null) =>
      error && told.reject(problemAt('drained', error, `Stopping ${backend.name}`))
    const unsubscribe = view.subscribe({ trouble: tellOfTrouble })
    const isGoingOn = () => backends.has(backend) && (backend.stage === 'stopping' || backend.stage === 'removing')
    if (isGoingOn()) {
      // An earlier call was told that the engine is silent, and the stop goes on.
      backends.until(() => !isGoingOn(), this.#closed.signal).then(told.resolve, told.reject)
    } else {
      this.#become(backend, 'stopping')
      void this.#end(backend, told)
    }
    tellOfTrouble(view.error)
    const stopped = told.promise.finally(() => {
      unsubscribe()
      this.#underWay.delete(backend)
    })
    this.#underWay.set(backend, stopped)
    return stopped
  }

  /** A backend is there to stay: a template that was kept meanwhile, because no other seemed to, is needed no more. */
  stays(backend: DockerBackend): void {
    const { backends } = this.#options
    backends.become(backend, 'present')
    for (const needless of backends.inStage('kept')) void this.discard(needless)
  }

  /** Removes what was made in vain. Resolves after the first try; at once where the engine is known to be away. */
  discard(backend: DockerBackend): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#become(backend, 'unwanted')
    void this.#end(backend, { resolve, reject: () => resolve() })
    return promise
  }

  /** A container may be there under a name that we asked for. If it is never started it is ours, for nobody else knows of it, and goes. */
  async doubt(backend: DockerBackend): Promise<void> {
    const { backends, view } = this.#options
    const until = performance.now() + MAY_COME_MS
    let seen: string | null = null
    this.#become(backend, 'doubted')
    while (!this.#closed.signal.aborted) {
      await pause(TRY_AGAIN_MS, this.#closed.signal)
      const hasLooked = await view.look().then(
        () => true,
        () => false,
      )
      if (!hasLooked) continue
      // Somebody started or removed it.
      if (backend.stage !== 'doubted' || !backends.has(backend)) return
      if (backend.id !== null && backend.id === seen) return this.discard(backend)
      if (backend.id === null && performance.now() > until) return backends.forget(backend, false)
      seen = backend.id
    }
  }

  close(): void {
    this.#closed.abort(closing())
  }

  #become(backend: DockerBackend, stage: DockerBackend['stage']): void {
    this.#options.backends.become(backend, stage)
  }

  async #end(backend: DockerBackend, told: Told): Promise<void> {
    let isPerhapsTold = false
    let isLogged = false
    while (!this.#closed.signal.aborted) {
      try {
        const slots = backend.stage === 'unwanted' ? this.#removals : this.#stops
        await slots.run(() => this.#endOnce(backend), this.#closed.signal)
        return told.resolve()
      } catch (error) {
        const { stage, name } = backend
        if (isSilence(error)) {
          isPerhapsTold = true
        } else if (stage === 'stopping' && !isPerhapsTold) {
          this.stays(backend)
          return told.reject(problemAt('drained', error, `Stopping ${name}`))
        } else if (stage === 'removing') {
          this.#become(backend, 'unwanted')
        }
        if (!isLogged) this.#options.log('leftover-stays', { container: name, error: String(error) })
        isLogged = true
        if (backend.stage === 'unwanted') told.resolve()
        else told.reject(problemAt('drained', error, `Stopping ${name}`))
      }
      await pause(TRY_AGAIN_MS, this.#closed.signal)
    }
    if (backend.stage === 'unwanted') told.resolve()
    else told.reject(closing())
  }

  /** Throws EngineError. */
  async #endOnce(backend: DockerBackend): Promise<void> {
    const { view, backends } = this.#options
    const { engine } = view
    const { id } = backend
    if (view.error) throw view.error
    // A container that was removed already is unknown to the engine's wrapper, which would refuse the call for ever.
    if (id === null || !engine.knows(id) || !backends.has(backend)) return backends.forget(backend, true)
    try {
      if (backend.stage === 'stopping') await this.#stopOnce(backend, id)
      if (backend.stage === 'kept') return
      await engine.remove(id)
    } catch (error) {
      if (!(error instanceof EngineError) || error.kind !== 'not-found') throw error
    }
    backends.forget(backend, true)
  }

  async #stopOnce(backend: DockerBackend, id: string): Promise<void> {
    const { engine } = this.#options.view
    // A frozen process cannot act on SIGTERM. The engine refuses to thaw a container that is not frozen any more, which does not matter.
    if (backend.container?.state === 'paused') await engine.unpause(id).catch(() => undefined)
    const refusal = await engine.stop(id, STOP_GRACE_S).catch((error: unknown) => {
      if (isSilence(error)) throw error
      return error
    })
    await this.#options.view.look()
    // An engine may refuse to stop what has ended meanwhile.
    if (refusal !== undefined && isAlive(backend.container)) throw refusal
    this.#become(backend, this.#isTemplate(backend) ? 'kept' : 'removing')
  }

  /** The lowest number, once no other is to stay: without a container there would be nothing to make the next from. */
  #isTemplate(backend: DockerBackend): boolean {
    const lasting = this.#options.backends.inStage('present', 'stopping', 'kept')
    return lasting[0] === backend && lasting.every(({ stage }) => stage !== 'present')
  }
}
