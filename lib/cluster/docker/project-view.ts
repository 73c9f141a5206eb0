import { pause } from '#lib/concurrency/abortable.ts'
import { Listeners } from '#lib/concurrency/listeners.ts'
import type { Container } from './engine/container.ts'
import type { Engine } from './engine/engine.ts'
import type { EngineError } from './engine/engine-error.ts'
import { type ContainerEvent, followEvents } from './engine/events.ts'

export type ViewListener = {
  /** The containers were looked at again; `fresh` after the events were cut off: anything may have happened meanwhile. */
  looked?: (fresh: boolean) => void
  event?: (event: ContainerEvent) => void
  trouble?: (error: EngineError | null) => void
}

/** Every this many beats the list is compared, though no event came. */
const BEATS_PER_LOOK = 4
/** An event may come this long after a list that shows its effect. */
const EVENT_LAG_MS = 300
/** The engine tells of a death before its own list shows it. The death holds until the engine tells of a start, or for this long. */
const DEATH_HOLDS_MS = 3_000
/** The engine tells of a pause before its own list shows it (moby, containerPause: event first, then the checkpoint). */
const LIST_LAG_MS = 150
const LONGEST_REST_MS = 250

const signature = (containers: Container[]): string =>
  containers.map(({ id, state, addresses }) => [id, state, JSON.stringify(addresses)].join()).join('\n')

/** What the project's containers are right now: a list taken anew after every event, after every loss of the stream, and now and then. */
export class ProjectView {
  readonly engine: Engine
  readonly #listeners = new Listeners<ViewListener>()
  readonly #stop: () => Promise<void>
  #containers: Container[] = []
  #looking: Promise<void> | null = null
  #next: Promise<void> | null = null
  readonly #toldAt = new Map<string, number>()
  readonly #diedAt = new Map<string, number>()
  #again: NodeJS.Timeout | undefined
  #lookedAt = 0
  #tookMs = 0
  #events = 0
  #beats = 0
  #error: EngineError | null = null
  #closed = false

  /** @param known a list that was just taken: what the view shows until its own first look */
  constructor(engine: Engine, known: Container[]) {
    this.engine = engine
    this.#containers = known
    this.#stop = followEvents(engine, {
      event: (event) => this.#happened(event),
      opened: async () => {
        this.#diedAt.clear()
        await this.look()
        this.#listeners.tell((listener) => listener.looked?.(true))
      },
      drifted: () => this.#drifted(),
      trouble: (error) => {
        this.#error = error
        this.#listeners.tell((listener) => listener.trouble?.(error))
      },
    })
  }

  /** Why the engine cannot be heard at present; null while it answers. */
  get error(): EngineError | null {
    return this.#error
  }

  service(name: string): Container[] {
    return this.#containers.filter(({ service }) => service === name)
  }

  subscribe = this.#listeners.subscribe

  /** Resolves with a list that was taken after this call; calls that come while one waits share it. */
  look(): Promise<void> {
    this.#next ??= (this.#looking ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => this.#rest())
      .then(() => {
        this.#looking = this.#next
        this.#next = null
        return this.#take()
      })
    return this.#next
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#again)
    this.#listeners.clear()
    await this.#stop()
  }

  /** In a flurry of events the engine has other things to do than to list: at most half of the time is spent on listing. */
  async #rest(): Promise<void> {
    const restMs = this.#tookMs - (performance.now() - this.#lookedAt)
    if (restMs > 1) await pause(restMs)
  }

  async #take(): Promise<void> {
    const beganAt = performance.now()
    const containers = await this.engine.list()
    this.#lookedAt = performance.now()
    this.#tookMs = Math.min(this.#lookedAt - beganAt, LONGEST_REST_MS)
    if (this.#closed) return
    const before = new Map(this.#containers.map((container) => [container.id, container]))
    // What an event told while the list was made is newer than the list; the look that the event asked for comes next.
    this.#containers = containers.map((container) => {
      const isNewer = (this.#toldAt.get(container.id) ?? 0) < beganAt
      return isNewer ? this.#unlessDead(container, beganAt) : (before.get(container.id) ?? container)
    })
    const ids = new Set(containers.map(({ id }) => id))
    for (const known of [this.#toldAt, this.#diedAt]) {
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
    }
    this.#listeners.tell((listener) => listener.looked?.(false))
  }

  #unlessDead(container: Container, listedAt: number): Container {
    const diedAt = this.#diedAt.get(container.id) ?? Number.NEGATIVE_INFINITY
    const isLate = container.state === 'running' && listedAt - diedAt < DEATH_HOLDS_MS
    return isLate ? { ...container, state: 'exited' } : container
  }

  #happened(event: ContainerEvent): void {
    this.#events += 1
    this.#toldAt.set(event.id, performance.now())
    if (event.action === 'start') this.#diedAt.delete(event.id)
    if (event.action === 'die') {
      this.#diedAt.set(event.id, performance.now())
      this.#containers = this.#containers.map((one) => (one.id === event.id ? { ...one, state: 'exited' } : one))
    }
    this.#listeners.tell((listener) => listener.event?.(event))
    // A failed look needs no care: the event stream ends with the engine, and the view looks again when it reopens.
    this.look().catch(() => undefined)
    this.#again ??= setTimeout(() => {
      this.#again = undefined
      this.look().catch(() => undefined)
    }, LIST_LAG_MS)
  }

  async #drifted(): Promise<boolean> {
    this.#beats += 1
    if (this.#beats % BEATS_PER_LOOK !== 0) return false
    const before = signature(this.#containers)
    const events = this.#events
    await this.look()
    if (signature(this.#containers) === before) return false
    await pause(EVENT_LAG_MS)
    return this.#events === events
  }
}
