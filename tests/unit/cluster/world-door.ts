import { Listeners } from '#lib/concurrency/listeners.ts'
import type { FrontDoor, FrontDoorListener, Membership, Ownership } from '#lib/front-door/front-door.ts'
import type { Configuration } from '#lib/protocol/configuration.ts'
import { ProblemError, type Stage } from '#lib/protocol/problem.ts'
import type { VirtualClock } from './virtual-clock.ts'

type Random = () => number

const problem = (stage: Stage): ProblemError => new ProblemError('not-reached', 'It failed.', { stage, cause: 'x' })

/** A front door that refuses, hangs, vanishes and comes back on the DNS list, keeps old workers for seconds, and changes owners. */
export class WorldDoor implements FrontDoor {
  readonly kind = 'nginx'
  readonly version = '1.30.0'
  readonly url = 'http://localhost:8080'
  readonly #clock: VirtualClock
  readonly #random: Random
  readonly #listeners = new Listeners<FrontDoorListener>()
  readonly #byGeneration = new Map<string, Configuration>()
  /** What workers that still live were told; null: the DNS list, which reaches everybody. */
  readonly #old: (Configuration | null)[] = []
  #inForce: Configuration | null = null
  #generation: string | null = null
  #confirmed: Configuration | null = null
  #status: 'up' | 'down' = 'up'
  #number = 0
  #isOurs = true
  /** How likely an apply fails; 0 once the world is calm. */
  moodiness = 0
  /** Told of every configuration that is to be put in force, when that is asked for. */
  onApply: (configuration: Configuration, before: Configuration | null) => void = () => undefined

  constructor(clock: VirtualClock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  subscribe = this.#listeners.subscribe
  status = () => this.#status
  target = () => ({ host: '127.0.0.1', port: 8080 })
  close = async () => undefined

  /** What the workers really do, by their own configurations. */
  reallyReaches(backend: string): boolean {
    return [this.#inForce, ...this.#old].some(
      (one) => one === null || one.servers.some((server) => server.backend === backend && server.state === 'in'),
    )
  }

  get inForce(): Configuration | null {
    return this.#inForce
  }

  readonly membership: Membership = {
    generation: () => this.#generation,
    configuration: () => this.#confirmed,
    configurationOf: (generation) => this.#byGeneration.get(generation) ?? null,
    mayReach: (backend) => this.reallyReaches(backend),
    reloadMayCut: () => false,
    apply: async (configuration) => {
      this.onApply(configuration, this.#confirmed)
      await this.#clock.sleep(this.#random() * 300)
      if (!this.#isOurs) throw new ProblemError('read-only', 'Another dashboard writes the list.')
      if (this.#status === 'down') {
        await this.#clock.sleep(10_000)
        if (this.status() === 'down') throw problem('listed')
      }
      if (this.#random() < this.moodiness) throw problem('listed')
      const generation = `us-${++this.#number}`
      this.#byGeneration.set(generation, configuration)
      const before = this.#inForce
      this.#reload(configuration)
      if (this.#random() < this.moodiness) {
        // Not seen in force within 5 s: rolled back, and some workers had it meanwhile.
        this.#generation = null
        await this.#clock.sleep(5_000)
        this.#reload(before)
        this.#generation = before === null ? null : `us-${this.#number}`
        throw problem('reloaded')
      }
      await this.#clock.sleep(50 + this.#random() * 100)
      if (this.#status === 'down' || this.#inForce !== configuration) throw problem('reloaded')
      this.#confirmed = configuration
      this.#generation = generation
      return generation
    },
  }

  readonly ownership: Ownership = {
    owner: () => ({ mine: this.#isOurs, name: this.#isOurs ? 'us' : 'them' }),
    takeOver: () => {
      this.#isOurs = true
      this.#tell()
    },
  }

  /** It dies; with `comesBack` ms it is up again, on the DNS list. */
  vanish(comesBackMs: number): void {
    this.#status = 'down'
    this.#inForce = null
    this.#generation = null
    this.#old.length = 0
    this.#tell()
    this.#clock.after(comesBackMs, () => {
      this.#status = 'up'
      this.#tell()
    })
  }

  /** Another dashboard takes over for a while and then hands back the DNS list. */
  loseOwner(forMs: number): void {
    this.#isOurs = false
    this.#reload(null)
    this.#generation = null
    this.#tell()
    this.#clock.after(forMs, () => {
      this.#isOurs = true
      this.#tell()
    })
  }

  #reload(configuration: Configuration | null): void {
    const old = this.#inForce
    this.#inForce = configuration
    this.#old.push(old)
    this.#clock.after(this.#random() * 6_000, () => {
      const at = this.#old.indexOf(old)
      if (at >= 0) this.#old.splice(at, 1)
      this.#tell()
    })
  }

  #tell(): void {
    this.#listeners.tell((listener) => listener.changed())
  }
}
