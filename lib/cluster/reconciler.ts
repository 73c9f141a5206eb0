import { type Clock, REAL_CLOCK } from '#lib/concurrency/clock.ts'
import type { Log } from '#lib/concurrency/log.ts'
import type { FrontDoor } from '#lib/front-door/front-door.ts'
import { type Configuration, DEFAULT_POLICY } from '#lib/protocol/configuration.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { BackendHost } from './backend-host.ts'
import { type Desired, nextStep, type Observed, observe, type Step } from './next-step.ts'
import { Raises } from './raises.ts'
import { ownsList, readOnly, refuseUnlessOwner } from './refusals.ts'
import { ScaleCommand } from './scale-command.ts'
import { StepPauses } from './step-pauses.ts'

export type ReconcilerOptions = {
  host: BackendHost
  door: FrontDoor
  /** Desired or observed may have changed. */
  changed: () => void
  log: Log
  clock?: Clock
  /** See ScaleCommand. */
  takeBackMs?: number | undefined
}

/** Closing waits this long for raises and stops that are under way. */
const CLOSE_DEADLINE_MS = 8_000

/**
 * Makes what host and front door show meet what is desired: plans one step (nextStep), carries it out, looks again. Commands only
 * change what is desired and wait. Raising and stopping go on beside the loop and show in what is observed; applying does not.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions
  readonly #clock: Clock
  readonly #unsubscribe: (() => void)[]
  readonly #raises: Raises
  readonly #stops = new Set<Promise<void>>()
  readonly #pauses: StepPauses
  #desired: Desired = { replicas: null, policy: DEFAULT_POLICY, wishes: new Map(), followDeaths: false }
  #command: ScaleCommand | null = null
  #working: Promise<void> | null = null
  #isStale = false
  #closing: Promise<void> | null = null

  constructor(options: ReconcilerOptions) {
    this.#options = options
    this.#clock = options.clock ?? REAL_CLOCK
    const { host, door } = options
    const look = () => this.#look()
    this.#raises = new Raises(host, look)
    this.#pauses = new StepPauses(this.#clock, look)
    this.#unsubscribe = [host.subscribe({ changed: look, trouble: look }), door.subscribe({ changed: look })]
    look()
  }

  get desired(): Desired {
    return this.#desired
  }

  get scaling(): boolean {
    return this.#command !== null
  }

  observed(): Observed {
    return observe(this.#options, this.#raises, this.#command?.isRecent ?? false)
  }

  /** Changes what is desired beside the number of replicas. Throws ProblemError `read-only`. */
  desire(change: Partial<Omit<Desired, 'replicas'>>): void {
    refuseUnlessOwner(this.#options.door)
    this.#desired = { ...this.#desired, ...change }
    this.#changed()
  }

  /** Sets the number of replicas; see Cluster.scale for what it resolves and rejects with. */
  async scale(replicas: number): Promise<void> {
    refuseUnlessOwner(this.#options.door)
    this.#command?.supersede(replicas)
    this.#desired = { ...this.#desired, replicas }
    await this.#begin(replicas)
  }

  /** Resolves when observed meets desired; rejects like `scale`. */
  async settle(): Promise<void> {
    await (this.#command?.ended ?? this.#begin(null))
  }

  async #begin(replicas: number | null): Promise<void> {
    if (this.#closing) throw new ProblemError('not-reached', 'The dashboard is being stopped.', { stage: 'create' })
    const command = new ScaleCommand(replicas, this.#clock, {
      ...{ takeBackMs: this.#options.takeBackMs, settled: () => this.#look() },
      late: (problem) => this.#fail(command, problem),
    })
    this.#command = command
    this.#changed()
    await command.ended
  }

  /** Ends the command and the raises that are under way. Nothing is stopped from here on; a stop that was begun goes on to its end. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    for (const stop of this.#unsubscribe) stop()
    this.#pauses.end()
    this.#command?.end(new ProblemError('not-reached', 'The dashboard was stopped before the number was reached.'))
    this.#command = null
    this.#raises.callOff()
    const late = Promise.withResolvers<void>()
    const isDone = this.#clock.after(CLOSE_DEADLINE_MS, late.resolve)
    await Promise.race([late.promise, Promise.all([this.#raises.over(), ...this.#stops])])
    isDone()
  }

  #changed(): void {
    this.#pauses.end()
    this.#options.changed()
    this.#look()
  }

  #look(): void {
    this.#isStale = true
    if (this.#closing) return
    this.#working ??= this.#work().finally(() => {
      this.#working = null
      if (this.#isStale) this.#look()
    })
  }

  async #work(): Promise<void> {
    while (this.#isStale && !this.#closing) {
      this.#isStale = false
      // What settles in this turn of the event loop is seen whole, or not at all.
      await this.#clock.nextTurn()
      if (this.#closing || !this.#isOwner()) continue
      await this.#carryOut(nextStep(this.#desired, this.observed()))
    }
  }

  async #carryOut(step: Step): Promise<void> {
    const command = this.#command
    if (step.do === 'wait') {
      if (step.likely) this.#options.door.membership.prepare?.(step.likely)
      return command?.isAt(step.for)
    }
    if (step.do === 'rest') return this.#reached()
    if (this.#pauses.isOn(step.do)) return
    this.#isStale = true
    if (step.do === 'call-off') this.#raises.callOff(step.count)
    else if (step.do === 'raise') {
      command?.isAt('create')
      for (let left = step.count; left > 0; left -= 1)
        this.#raises.begin((error) => this.#fail(command, error, 'raise'))
    } else if (step.do === 'stop') {
      command?.isAt('drained')
      for (const backend of step.backends) this.#stop(backend, command)
    } else {
      command?.isAt('listed')
      await this.#apply(step.configuration, command)
    }
  }

  #stop(backend: BackendKey, command: ScaleCommand | null): void {
    const stopped = this.#options.host.stop(backend).catch((error: unknown) => this.#fail(command, error, 'stop'))
    this.#stops.add(stopped)
    void stopped.finally(() => {
      this.#stops.delete(stopped)
      this.#look()
    })
  }

  async #apply(configuration: Configuration, command: ScaleCommand | null): Promise<void> {
    const { door, log, changed } = this.#options
    try {
      const generation = await door.membership.apply(configuration)
      log('list-applied', { generation, backends: configuration.servers.length })
    } catch (error) {
      if (!this.#closing) this.#fail(command, error, 'apply')
    }
    changed()
  }

  #reached(): void {
    const command = this.#command
    this.#command = null
    if (this.#desired.replicas !== null) this.#desired = { ...this.#desired, replicas: null }
    if (!command) return
    this.#options.changed()
    command.end(null)
  }

  /**
   * The command ends with the cause, and from now on the number of replicas is what is there: what the command made leaves again, every
   * backend that runs is listed again. A failure that belongs to no command, or to an older one, only has its step tried again.
   */
  #fail(command: ScaleCommand | null, error: unknown, step?: Step['do']): void {
    this.#options.log('step-failed', { step, error: String(error), replicas: command?.replicas ?? null })
    if (step) this.#pauses.begin(step)
    if (command && command === this.#command) {
      this.#command = null
      this.#desired = { ...this.#desired, replicas: null }
      this.#raises.callOff()
      if (!ownsList(this.#options.door)) this.#raises.forgetMade()
      command.end(error)
    }
    this.#options.changed()
    this.#look()
  }

  /** While another dashboard owns the list nothing is done, and whoever waits for a number is told. */
  #isOwner(): boolean {
    const { door } = this.#options
    if (ownsList(door)) return true
    this.#raises.forgetMade()
    if (this.#command) this.#fail(this.#command, readOnly(door))
    return false
  }
}
