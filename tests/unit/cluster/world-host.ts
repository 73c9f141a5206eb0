import type { BackendHost, HostedBackend, HostListener } from '#lib/cluster/backend-host.ts'
import { Listeners } from '#lib/concurrency/listeners.ts'
import { ProblemError, type Stage } from '#lib/protocol/problem.ts'
import type { VirtualClock } from './virtual-clock.ts'

type Random = () => number
/** `unwanted`: made in vain, or told to stop while the engine was away; removed when the engine answers. */
type Item = HostedBackend & { unwanted: boolean }

const problem = (stage: Stage): ProblemError => new ProblemError('not-reached', 'It failed.', { stage, cause: 'x' })
const ENGINE_GONE = () => new ProblemError('engine-gone', 'The engine does not answer.')

/** A place where backends run, as moody as a real one: it refuses, goes away, loses answers, and people change things behind our back. */
export class WorldHost implements BackendHost {
  readonly #clock: VirtualClock
  readonly #random: Random
  readonly #listeners = new Listeners<HostListener>()
  readonly #items: Item[] = []
  #made = 0
  /** How likely a step of the engine fails; 0 once the world is calm. */
  moodiness = 0
  isAway = false
  /** Told just before a backend is stopped. */
  onStop: (backend: HostedBackend) => void = () => undefined

  constructor(clock: VirtualClock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  subscribe = this.#listeners.subscribe

  backends(): HostedBackend[] {
    return this.#items
      .filter(({ unwanted, state }) => !unwanted || state === 'stopping')
      .map(({ unwanted: _unwanted, ...one }) => one)
      .sort((one, other) => one.number - other.number)
  }

  /** What is really there, wanted or not. */
  get size(): number {
    return this.#items.length
  }

  async raise(signal: AbortSignal): Promise<string> {
    const numbers = this.#items.map(({ number }) => number)
    const item = this.#add(Math.max(0, ...numbers) + 1, true)
    try {
      await this.#step('create', signal)
      await this.#step('start', signal)
      await this.#step('ready', signal)
      item.state = 'up'
      item.raising = false
      this.#tell()
      return item.backend
    } catch (error) {
      item.unwanted = true
      item.raising = false
      await this.#removeWhenPossible(item, true)
      throw error
    }
  }

  async stop(backend: string): Promise<void> {
    const item = this.#items.find((one) => one.backend === backend)
    if (!item) return
    this.onStop({ ...item })
    const before = item.state
    item.state = 'stopping'
    this.#tell()
    await this.#clock.sleep(this.#random() * 500)
    if (this.#random() < this.moodiness && !this.isAway) {
      item.state = before
      this.#tell()
      throw problem('drained')
    }
    item.unwanted = true
    if (this.isAway || this.#random() < this.moodiness) {
      void this.#removeWhenPossible(item, false)
      throw ENGINE_GONE()
    }
    this.#remove(item)
  }

  /** From outside. */
  meddle(): void {
    const item = this.#items[Math.floor(this.#random() * this.#items.length)]
    const what = this.#random()
    if (what < 0.2) this.#appear()
    else if (!item || item.raising || item.state === 'stopping') return
    else if (what < 0.4) this.#remove(item)
    else if (what < 0.6) item.state = 'down'
    else if (what < 0.7) item.state = 'paused'
    else this.#revive(item, what < 0.85)
    this.#tell()
  }

  /** What was paused or down is up again. */
  heal(): void {
    this.moodiness = 0
    this.isAway = false
    for (const item of this.#items) if (item.state === 'down' || item.state === 'paused') this.#revive(item, false)
    this.#tell()
  }

  command = async () => ({ ok: true as const, fields: {} })
  backendAt = (address: string) => this.#items.find((one) => one.address === address)?.backend ?? null
  close = async () => undefined

  /** A backend that somebody else makes: it is there at once, and ready a while later. */
  #appear(): void {
    const item = this.#add(Math.max(0, ...this.#items.map(({ number }) => number)) + 1, false)
    this.#clock.after(this.#random() * 2_000, () => {
      if (item.state === 'starting') item.state = 'up'
      this.#tell()
    })
  }

  /** A network gives an address once: a container that comes back gets another when its own is taken by now. */
  #revive(item: Item, moves: boolean): void {
    const isTaken = this.#items.some((one) => one !== item && one.state !== 'down' && one.address === item.address)
    if (moves || isTaken) item.address = this.#freeAddress()
    item.state = 'up'
  }

  #add(number: number, raising: boolean): Item {
    const backend = (++this.#made).toString(16).padStart(12, '0')
    const item: Item = { backend, number, address: this.#freeAddress(), state: 'starting', raising, unwanted: false }
    this.#items.push(item)
    this.#tell()
    return item
  }

  /** Often one that a dead backend still bears: a small network gives addresses again. */
  #freeAddress(): string {
    const taken = new Set(this.#items.filter(({ state }) => state !== 'down').map(({ address }) => address))
    const free = Array.from({ length: 80 }, (_, index) => `10.0.0.${index + 1}:8000`).filter((one) => !taken.has(one))
    return free[Math.floor(this.#random() * Math.min(free.length, 6))] ?? '10.0.1.1:8000'
  }

  async #step(stage: Stage, signal: AbortSignal): Promise<void> {
    if (this.isAway) {
      await this.#clock.sleep(this.#random() < 0.5 ? 0 : 10_000)
      throw ENGINE_GONE()
    }
    await this.#clock.sleep(this.#random() * 400)
    signal.throwIfAborted()
    if (this.#random() < this.moodiness) throw this.#random() < 0.5 ? problem(stage) : ENGINE_GONE()
  }

  async #removeWhenPossible(item: Item, isPatient: boolean): Promise<void> {
    if (!this.isAway) return this.#remove(item)
    const retry = async (): Promise<void> => {
      while (this.isAway) await this.#clock.sleep(1_000)
      this.#remove(item)
    }
    if (isPatient) void retry()
    else await retry()
  }

  #remove(item: Item): void {
    const at = this.#items.indexOf(item)
    if (at >= 0) this.#items.splice(at, 1)
    this.#tell()
  }

  #tell(): void {
    this.#listeners.tell((listener) => listener.changed())
  }
}
