import { AddressBook, oneAddressEach } from '#lib/cluster/addresses.ts'
import type { HostedBackend } from '#lib/cluster/backend-host.ts'
import { replicaName } from '#lib/compose/clone.ts'
import type { ProjectProfile } from '#lib/compose/project-profile.ts'
import { Listeners } from '#lib/concurrency/listeners.ts'
import type { Log } from '#lib/concurrency/log.ts'
import {
  backendKeyOf,
  type DockerBackend,
  hostedState,
  isAlive,
  isShown,
  newBackend,
  type Stage,
  sharedAddress,
} from './docker-backend.ts'
import type { Container } from './engine/container.ts'
import type { ContainerEvent } from './engine/events.ts'
import type { ProjectView } from './project-view.ts'
import { Readiness } from './readiness.ts'

export type DockerBackendsOptions = {
  view: ProjectView
  profile: ProjectProfile
  log: Log
  /** Milliseconds since 1970. */
  now: () => number
  /** What is shown has changed. */
  changed: () => void
}

/** Every backend of the service with its one state: what the engine shows and what we do with it, whichever of them changes. */
export class DockerBackends {
  readonly #options: DockerBackendsOptions
  readonly #all = new Set<DockerBackend>()
  /** Ids of removed containers that a list may still show. */
  readonly #removed = new Set<string>()
  readonly #book = new AddressBook()
  readonly #stirs = new Listeners<{ stirred: () => void }>()
  readonly #readiness: Readiness
  readonly #unsubscribe: () => void
  #shown = ''
  #closed = false

  constructor(options: DockerBackendsOptions) {
    this.#options = options
    this.#readiness = new Readiness({ ...options, changed: (backend) => this.#readinessChanged(backend) })
    this.#unsubscribe = options.view.subscribe({
      looked: (fresh) => this.#looked(fresh),
      event: (event) => this.#happened(event),
    })
    this.#looked(false)
  }

  /** In these stages, by number. */
  inStage(...stages: Stage[]): DockerBackend[] {
    return [...this.#all].filter(({ stage }) => stages.includes(stage)).sort((one, other) => one.number - other.number)
  }

  shown(): HostedBackend[] {
    const shown = [...this.#all].filter(isShown).sort((one, other) => one.number - other.number)
    const withPort = (ip: string | null, port: number) => ip && `${ip}:${port}`
    const addresses = oneAddressEach(
      shown.map((one) => ({ live: withPort(this.#liveIp(one), one.port), last: withPort(one.lastIp, one.port) })),
    )
    return shown.flatMap((one, index) => {
      if (one.container === null) return []
      const state = hostedState(one.container, one, this.#options.now())
      const backend = backendKeyOf(one.container.id)
      return { backend, number: one.number, address: addresses[index] ?? null, state, raising: one.stage === 'raising' }
    })
  }

  /** The shown backend with this key. */
  find(key: string): DockerBackend | undefined {
    return [...this.#all].find((one) => isShown(one) && one.id !== null && backendKeyOf(one.id) === key)
  }

  backendAt(address: string): string | null {
    return this.#book.backendAt(address)
  }

  /** A further backend, as Compose would number it: on from the highest number, and `above` this one. */
  draft(above: number): DockerBackend {
    const { view, profile } = this.#options
    const number = Math.max(above, ...[...this.#all].map((one) => one.number)) + 1
    const name = replicaName(view.engine.project, profile.backends.service, number)
    const backend = newBackend(name, number, 'raising', profile.backends.port)
    this.#all.add(backend)
    return backend
  }

  /** The engine has named the container. */
  named(backend: DockerBackend, id: string): void {
    if (backend.id !== id) backend.container = null
    backend.id = id
    this.#stir()
  }

  become(backend: DockerBackend, stage: Stage): void {
    if (!this.has(backend)) return
    backend.stage = stage
    this.#stir()
  }

  has(backend: DockerBackend): boolean {
    return this.#all.has(backend)
  }

  /** The backend's container was removed, or was never made. A container of the same name that the engine lists is not ours from now on. */
  forget(backend: DockerBackend, isRemoved: boolean): void {
    this.#readiness.lose(backend)
    if (isRemoved && backend.id !== null) this.#removed.add(backend.id)
    this.#all.delete(backend)
    this.#looked(false)
  }

  /** Whether every running backend has said that it listens. */
  allReady(): boolean {
    return [...this.#all].every(({ container, ready }) => container?.state !== 'running' || ready)
  }

  /** Resolves when `holds` does; asked again at every change. Rejects at the signal, with its reason. */
  until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const look = () => holds() && resolve()
    const stop = () => reject(signal.reason)
    const unsubscribe = this.#stirs.subscribe({ stirred: look })
    signal.addEventListener('abort', stop, { once: true })
    look()
    if (signal.aborted) stop()
    return promise.finally(() => {
      unsubscribe()
      signal.removeEventListener('abort', stop)
    })
  }

  close(): void {
    this.#closed = true
    this.#unsubscribe()
    for (const backend of this.#all) this.#readiness.lose(backend)
  }

  #liveIp({ container }: DockerBackend): string | null {
    const { view, profile } = this.#options
    return container && sharedAddress(container, view.service(profile.frontDoor.service)[0])
  }

  #happened({ id, action, exitCode }: ContainerEvent): void {
    const backend = [...this.#all].find((one) => one.id === id)
    if (!backend) return
    if (action === 'die') {
      this.#readiness.lose(backend)
      if (backend.container) backend.container = { ...backend.container, state: 'exited' }
      backend.ended = { removed: false, exitCode }
    }
    if (action === 'destroy') backend.ended = { removed: true, exitCode: null }
    this.#stir()
  }

  /** @param fresh events may have been missed: a backend that was ready may be in another life by now. */
  #looked(fresh: boolean): void {
    const containers = this.#options.view.service(this.#options.profile.backends.service)
    const ids = new Set(containers.map(({ id }) => id))
    for (const id of this.#removed) if (!ids.has(id)) this.#removed.delete(id)
    for (const backend of this.#all) {
      if (backend.container === null || ids.has(backend.container.id)) continue
      this.#readiness.lose(backend)
      backend.ended = { removed: true, exitCode: null }
      this.#all.delete(backend)
    }
    for (const container of containers) if (!this.#removed.has(container.id)) this.#update(container)
    if (fresh) for (const backend of this.#all) void this.#readiness.recheck(backend)
    this.#stir()
  }

  #update(container: Container): void {
    const { id, name, number, state } = container
    const { port } = this.#options.profile.backends
    const known = [...this.#all].find((one) => (one.id === null ? one.name === name : one.id === id))
    const backend = known ?? newBackend(name, number, 'present', port)
    this.#all.add(backend)
    Object.assign(backend, { id, number, container })
    backend.lastIp = this.#liveIp(backend) ?? backend.lastIp
    this.#note(backend)
    if (backend.stage === 'kept' && isAlive(container)) backend.stage = 'present'
    if (backend.stage === 'doubted' && state !== 'created') backend.stage = 'present'
    if (!isAlive(container)) this.#readiness.lose(backend)
    if (state === 'running') void this.#readiness.follow(backend)
  }

  #readinessChanged(backend: DockerBackend): void {
    if (!this.has(backend)) return
    if (backend.container?.state === 'running') void this.#readiness.follow(backend)
    this.#note(backend)
    this.#stir()
  }

  #note({ lastIp, port, id }: DockerBackend): void {
    if (lastIp !== null && id !== null) this.#book.note(`${lastIp}:${port}`, backendKeyOf(id))
  }

  #stir(): void {
    if (this.#closed) return
    this.#stirs.tell((listener) => listener.stirred())
    const shown = JSON.stringify(this.shown())
    if (shown === this.#shown) return
    this.#shown = shown
    this.#options.changed()
  }
}
