import type { BackendHost, HostedBackend, HostListener } from '#lib/cluster/backend-host.ts'
import type { FrontDoor, FrontDoorListener, UpstreamServer } from '#lib/front-door/front-door.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { ServiceAnswer, ServiceCommand } from '#lib/protocol/service-lines.ts'

export type Chance = () => number

/** A host in memory: `delay` says how long each step takes, `fails` whether a raise fails. */
export class FakeHost implements BackendHost {
  readonly hosted = new Map<string, HostedBackend>()
  readonly listeners = new Set<HostListener>()
  readonly retired: string[] = []
  readonly commanded: { backend: string; command: ServiceCommand }[] = []
  answer: (command: ServiceCommand) => ServiceAnswer = () => ({ ok: true, fields: {} })
  delay: () => Promise<void> = async () => undefined
  fails: () => boolean = () => false
  #made = 0

  backends(): HostedBackend[] {
    return [...this.hosted.values()].sort((one, other) => one.number - other.number)
  }

  subscribe(listener: HostListener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** A backend that came from outside. */
  add(state: HostedBackend['state'] = 'up'): HostedBackend {
    const number = Math.max(0, ...this.backends().map((one) => one.number)) + 1
    const backend = (++this.#made).toString(16).padStart(12, '0')
    const one: HostedBackend = { backend, number, address: `10.0.0.${this.#made}:8000`, state }
    this.hosted.set(backend, one)
    this.tell()
    return one
  }

  set(backend: string, state: HostedBackend['state']): void {
    const one = this.hosted.get(backend)
    if (one) this.hosted.set(backend, { ...one, state })
    this.tell()
  }

  remove(backend: string): void {
    this.hosted.delete(backend)
    this.tell()
  }

  tell(): void {
    for (const listener of this.listeners) listener.changed()
  }

  async raise(count: number, signal: AbortSignal): Promise<HostedBackend[]> {
    const made: HostedBackend[] = []
    const undo = () => {
      for (const { backend } of made) this.remove(backend)
    }
    for (let left = count; left > 0; left--) made.push(this.add('starting'))
    await this.delay()
    if (signal.aborted) {
      undo()
      throw signal.reason
    }
    if (this.fails()) {
      undo()
      throw new ProblemError('not-reached', 'It did not start.', { stage: 'start', cause: 'no memory' })
    }
    for (const { backend } of made) this.set(backend, 'up')
    return made
  }

  async retire(backend: string): Promise<void> {
    this.retired.push(backend)
    await this.delay()
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

/** A front door in memory that keeps every list it was given. */
export class FakeDoor implements FrontDoor {
  readonly kind = 'built-in'
  readonly version = '1'
  readonly url = 'http://localhost:8080'
  readonly lists: UpstreamServer[][] = []
  readonly listeners = new Set<FrontDoorListener>()
  delay: () => Promise<void> = async () => undefined
  settling: () => Promise<void> = async () => undefined
  refuses: () => boolean = () => false

  status(): 'up' {
    return 'up'
  }
  generation(): string {
    return `fake-${this.lists.length}`
  }
  subscribe(listener: FrontDoorListener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  target() {
    return { host: '127.0.0.1', port: 8080 }
  }
  get addresses(): string[] {
    return (this.lists.at(-1) ?? []).map(({ address }) => address)
  }
  async apply(servers: UpstreamServer[]): Promise<string> {
    await this.delay()
    if (this.refuses()) throw new ProblemError('not-reached', 'Refused.', { stage: 'listed', cause: 'emerg' })
    this.lists.push(servers)
    return this.generation()
  }
  settled(): Promise<void> {
    return this.settling()
  }
  reloadMayCut(): boolean {
    return false
  }
  async close(): Promise<void> {}
}
