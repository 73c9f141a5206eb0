import { pause, unlessAborted } from '#lib/concurrency/abortable.ts'
import type { Configuration } from '#lib/protocol/configuration.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { notReached } from '#lib/protocol/problem.ts'
import { askFrontDoor } from './ask-front-door.ts'
import { Candidates } from './candidates.ts'
import { Generations } from './generations.ts'
import { InForce, type Written } from './in-force.ts'
import type { ListOwnership } from './list-ownership.ts'
import type { NginxControl } from './nginx-control.ts'
import { OldWorkers } from './old-workers.ts'

export type NginxApplyOptions = {
  owner: string
  control: NginxControl
  ownership: ListOwnership
  version: () => string
  lookAtWorkersEveryMs: number
  untilUp: () => Promise<boolean>
  /** An apply ends by then, whatever its calls do. */
  applyDeadlineMs: number
  /** What to go back to while nothing of ours was ever live; null where that cannot be. */
  fallback: (() => Written) | null
  changed: () => void
}

const CONFIRM_DEADLINE_MS = 5_000
const CONFIRM_EVERY_MS = 10
const NOT_TAKEN_OVER = 'The front door did not take over the list'

/**
 * The one way to put a configuration in force in an nginx: render, put the candidate, let nginx check it, put it live, reload, confirm
 * by its generation on a new connection and by old workers that take none any more. Unconfirmed, the configuration before is put back.
 */
export class NginxApply {
  readonly generations: Generations
  readonly oldWorkers: OldWorkers
  readonly #options: NginxApplyOptions
  readonly #candidates: Candidates
  readonly inForce = new InForce()
  readonly #closed = new AbortController()

  constructor(options: NginxApplyOptions) {
    this.#options = options
    this.generations = new Generations(options.owner)
    this.#candidates = new Candidates(options, this.generations)
    this.oldWorkers = new OldWorkers({
      look: (pids) => options.control.workers(pids),
      lookEveryMs: options.lookAtWorkersEveryMs,
      gone: options.changed,
    })
  }

  mayReach(backend: BackendKey): boolean {
    return this.inForce.mayReach(backend) || this.oldWorkers.mayReach(backend)
  }

  /** Starts an nginx of our own on this configuration. Throws Error with nginx's own words. */
  async start(configuration: Configuration): Promise<void> {
    const { control, owner } = this.#options
    const first = this.#candidates.render(configuration)
    await control.put([{ name: 'nginx.conf', text: first.text }])
    this.inForce.wrote(first)
    await control.start?.(
      async () => (await askFrontDoor(control.target()))?.generation?.startsWith(`${owner}-`) ?? false,
    )
    this.#putInForce(first.generation, configuration)
  }

  /** See Membership.prepare. */
  prepare(configuration: Configuration): Promise<void> {
    return this.#candidates.prepare(configuration, this.inForce.generation, this.#closed.signal)
  }

  /** See Membership.apply. An apply that is cut off by its deadline or by `close` is not undone: nobody knows what is in force then. */
  async apply(configuration: Configuration): Promise<string> {
    const { applyDeadlineMs } = this.#options
    const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(applyDeadlineMs)])
    let stage: 'listed' | 'reloaded' = 'listed'
    try {
      const next = await this.#candidates.accepted(configuration, this.inForce.generation, signal)
      stage = 'reloaded'
      const before = this.inForce.written
      await this.reload(next, signal)
      if (!(await this.confirm(next.generation, signal))) await this.#rollBack(before, signal)
      this.#putInForce(next.generation, configuration)
      return next.generation
    } catch (error) {
      if (error !== signal.reason) throw error
      if (stage === 'reloaded') this.inForce.forget()
      const cause = this.#closed.signal.aborted
        ? 'the front door is being closed'
        : `it took longer than ${applyDeadlineMs / 1000} s`
      throw notReached(stage, stage === 'listed' ? 'The list was not written' : NOT_TAKEN_OVER, cause)
    }
  }

  /** Puts a text live without a question: the way back, and the way to the DNS list. */
  async reload(next: Written, signal: AbortSignal): Promise<void> {
    const { control } = this.#options
    const { serving } = this.inForce
    signal.throwIfAborted()
    this.inForce.wrote(next)
    try {
      await unlessAborted(signal, () => control.put([{ name: 'nginx.conf', text: next.text }]))
      // As late as may be: a worker that nginx began anew since the last reload belongs to them.
      const workers = await unlessAborted(signal, () => control.workers())
      this.oldWorkers.retire(workers?.map(({ pid }) => pid) ?? null, serving)
      await unlessAborted(signal, () => control.hangUp())
    } catch (error) {
      // The signal may have come, or may still come.
      this.inForce.forget()
      throw error
    }
    this.oldWorkers.signalled()
    this.inForce.reloaded()
  }

  /** Whether new connections are answered by this generation, and by nothing else, within 5 s. False when the signal aborts before. */
  async confirm(generation: string, signal: AbortSignal): Promise<boolean> {
    const { control } = this.#options
    const over = AbortSignal.any([signal, AbortSignal.timeout(CONFIRM_DEADLINE_MS)])
    const stoppedListening = () => unlessAborted(over, () => this.oldWorkers.stoppedListening()).catch(() => false)
    while (!over.aborted) {
      const answer = await askFrontDoor(control.target())
      if (answer?.generation === generation && (await stoppedListening())) return true
      if (control.complaint() !== '') return false
      await pause(CONFIRM_EVERY_MS, over)
    }
    return false
  }

  /** Another front door or another owner may be there now: nothing is known of what is in force, and what was accepted ahead is void. */
  lose(): void {
    this.inForce.lose()
    this.#candidates.lose()
  }

  /** Every apply ends now, without a way back. */
  close(): void {
    this.#closed.abort()
    this.oldWorkers.close()
  }

  async #rollBack(before: Written | null, signal: AbortSignal): Promise<never> {
    signal.throwIfAborted()
    const { control, ownership } = this.#options
    const cause = control.complaint() || `no new connection was answered by it within ${CONFIRM_DEADLINE_MS / 1000} s`
    const answer = await askFrontDoor(control.target())
    if (answer?.generation) ownership.saw(answer.generation)
    this.inForce.forget()
    // Another dashboard took over meanwhile: what it wrote must stay.
    ownership.refuseUnlessMine()
    const back = before ?? this.#options.fallback?.()
    if (back) await this.reload(back, signal)
    throw notReached('reloaded', NOT_TAKEN_OVER, cause)
  }

  #putInForce(generation: string, configuration: Configuration): void {
    this.inForce.confirm(generation, configuration)
    this.#options.ownership.confirmed()
  }
}
