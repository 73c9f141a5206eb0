import type { BackendHost, HostedBackend, HostListener } from '#lib/cluster/backend-host.ts'
import { Listeners } from '#lib/concurrency/listeners.ts'
import type { FrontDoor, FrontDoorListener, Membership, Ownership } from '#lib/front-door/front-door.ts'
import type { Configuration } from '#lib/protocol/configuration.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { ServiceAnswer, ServiceCommand } from '#lib/protocol/service-lines.ts'

/** A host in memory. `raising` and `stopping` are asked while a backend is made or ended: they delay, or throw to make it fail. */
export class FakeHost implements BackendHost {
  readonly hosted = new Map<string, HostedBackend>()
  readonly stopped: string[] = []
  readonly commanded: { backend: string; command: ServiceCommand }[] = []
  readonly #listeners = new Listeners<HostListener>()
  answer: (command: ServiceCommand) => ServiceAnswer = () => ({ ok: true, fields: {} })
  raising: (backend: string) => Promise<void> = async () => undefined
  stopping: (backend: string) => Promise<void> = async () => undefined
  #made = 0

  subscribe = this.#listeners.subscribe

  backends(): HostedBackend[] {
    return [...this.hosted.values()].sort((one, other) => one.number - other.number)
  }

  /** A backend that came from outside. */
  add(state: HostedBackend['state'] = 'up', raising = false): HostedBackend {
    const number = Math.max(0, ...this.backends().map((one) => one.number)) + 1
    const backend = (++this.#made).toString(16).padStart(12, '0')
    const one: HostedBackend = { backend, number, address: `10.0.0.${this.#made}:8000`, state, raising }
    this.hosted.set(backend, one)
    this.tell()
    return one
  }

  set(backend: string, change: Partial<HostedBackend>): void {
    const one = this.hosted.get(backend)
    if (one) this.hosted.set(backend, { ...one, ...change })
    this.tell()
  }

  remove(backend: string): void {
    this.hosted.delete(backend)
    this.tell()
  }

  tell(): void {
    this.#listeners.tell((listener) => listener.changed())
  }

  async raise(signal: AbortSignal): Promise<string> {
    const { backend } = this.add('starting', true)
    const calledOff = Promise.withResolvers<never>()
    signal.addEventListener('abort', () => calledOff.reject(signal.reason), { once: true })
    try {
      await Promise.race([this.raising(backend), calledOff.promise])
    } catch (error) {
      this.remove(backend)
      throw error
    }
    this.set(backend, { state: 'up', raising: false })
    return backend
  }

  async stop(backend: string): Promise<void> {
    this.stopped.push(backend)
    const before = this.hosted.get(backend)?.state ?? 'down'
    this.set(backend, { state: 'stopping' })
    try {
      await this.stopping(backend)
    } catch (error) {
      this.set(backend, { state: before })
      throw error
    }
    this.remove(backend)
  }

  /** What `answer` says of the command, for a backend that is there. */
  async command(backend: string, command: ServiceCommand): Promise<ServiceAnswer> {
    this.commanded.push({ backend, command })
    return this.answer(command)
  }

  backendAt(address: string): string | null {
    return this.backends().find((one) => one.address === address)?.backend ?? null
  }

  async close(): Promise<void> {}
}

/** A front door in memory that keeps every configuration it was given. `applying` delays, or throws to refuse. */
export class FakeDoor implements FrontDoor {
  readonly kind = 'built-in'
  readonly version = '1'
  readonly url = 'http://localhost:8080'
  readonly applied: Configuration[] = []
  readonly #listeners = new Listeners<FrontDoorListener>()
  applying: (configuration: Configuration) => Promise<void> = async () => undefined
  /** Backends that an old worker may still send to. */
  readonly old = new Set<string>()
  ownership?: Ownership
  #isInForce = false

  subscribe = this.#listeners.subscribe
  status = () => 'up' as const
  target: FrontDoor['target'] = () => ({ host: '127.0.0.1', port: 8080 })

  get addresses(): string[] {
    return (this.applied.at(-1)?.servers ?? []).map(({ address }) => address)
  }

  readonly membership: Membership = {
    generation: () => (this.#isInForce ? `fake-${this.applied.length}` : null),
    configuration: () => this.applied.at(-1) ?? null,
    configurationOf: (generation) => this.applied[Number(generation.replace('fake-', '')) - 1] ?? null,
    mayReach: (backend) =>
      !this.#isInForce ||
      this.old.has(backend) ||
      (this.applied.at(-1)?.servers.some((server) => server.backend === backend && server.state === 'in') ?? false),
    reloadMayCut: () => false,
    apply: async (configuration) => {
      await this.applying(configuration)
      this.applied.push(configuration)
      this.#isInForce = true
      return `fake-${this.applied.length}`
    },
  }

  /** It began a new life, on another list. */
  restart(): void {
    this.#isInForce = false
    this.tell()
  }

  tell(): void {
    this.#listeners.tell((listener) => listener.changed())
  }

  async close(): Promise<void> {}
}

export const refused = (stage: 'start' | 'listed' | 'drained'): ProblemError =>
  new ProblemError('not-reached', 'It was refused.', { stage, cause: 'refused' })
