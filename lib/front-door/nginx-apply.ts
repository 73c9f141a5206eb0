import { pause, untilAborted } from '#lib/concurrency/abortable.ts'
import type { Configuration } from '#lib/protocol/configuration.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { notReached, ProblemError } from '#lib/protocol/problem.ts'
import { askFrontDoor } from './ask-front-door.ts'
import { capabilities } from './capabilities.ts'
import { complaintOf } from './complaint.ts'
import { Generations } from './generations.ts'
import { InForce, type Written } from './in-force.ts'
import type { ListOwnership } from './list-ownership.ts'
import type { NginxControl } from './nginx-control.ts'
import { OldWorkers } from './old-workers.ts'
import { renderNginxConfiguration } from './render.ts'

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

/** Does the work unless the signal has aborted, and waits for its end until then. Rejects with the signal's reason. */
async function within<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
  signal.throwIfAborted()
  return untilAborted(work(), signal)
}

/**
 * The one way to put a configuration in force in an nginx: render, put the candidate, let nginx check it, put it live, reload, confirm
 * by its generation on a new connection and by old workers that take none any more. Unconfirmed, the configuration before is put back.
 */
export class NginxApply {
  readonly generations: Generations
  readonly oldWorkers: OldWorkers
  readonly #options: NginxApplyOptions
  readonly inForce = new InForce()
  readonly #closed = new AbortController()

  constructor(options: NginxApplyOptions) {
    this.#options = options
    this.generations = new Generations(options.owner)
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
    const generation = this.generations.next(configuration)
    const text = this.#render(generation, configuration)
    await control.put([{ name: 'nginx.conf', text }])
    this.inForce.wrote({ generation, text, configuration })
    await control.start?.(
      async () => (await askFrontDoor(control.target()))?.generation?.startsWith(`${owner}-`) ?? false,
    )
    this.#putInForce(generation, configuration)
  }

  /** See Membership.apply. An apply that is cut off by its deadline or by `close` is not undone: nobody knows what is in force then. */
  async apply(configuration: Configuration): Promise<string> {
    const { applyDeadlineMs } = this.#options
    const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(applyDeadlineMs)])
    let stage: 'listed' | 'reloaded' = 'listed'
    try {
      const next = await this.#accepted(configuration, signal)
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
      await within(signal, () => control.put([{ name: 'nginx.conf', text: next.text }]))
      // As late as may be: a worker that nginx began anew since the last reload belongs to them.
      const workers = await within(signal, () => control.workers())
      this.oldWorkers.retire(workers?.map(({ pid }) => pid) ?? null, serving)
      await within(signal, () => control.hangUp())
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
    const stoppedListening = () => within(over, () => this.oldWorkers.stoppedListening()).catch(() => false)
    while (!over.aborted) {
      const answer = await askFrontDoor(control.target())
      if (answer?.generation === generation && (await stoppedListening())) return true
      if (control.complaint() !== '') return false
      await pause(CONFIRM_EVERY_MS, over)
    }
    return false
  }

  /** Every apply ends now, without a way back. */
  close(): void {
    this.#closed.abort()
    this.oldWorkers.close()
  }

  /** What nginx accepts as its next configuration. Nothing in force is touched. */
  async #accepted(configuration: Configuration, signal: AbortSignal): Promise<Written> {
    const { control, owner, untilUp } = this.#options
    this.#refuseUnlessOwner()
    if (!(await within(signal, untilUp))) throw notReached('listed', 'The front door does not answer', 'it is down')
    this.#refuseUnlessOwner()
    const generation = this.generations.next(configuration)
    const text = this.#render(generation, configuration)
    const files = [
      { name: 'lease', text: leaseOf(owner, this.inForce.generation) },
      { name: 'candidate.conf', text },
    ] as const
    await within(signal, () => control.put(files))
    this.#refuseUnlessOwner()
    const said = await within(signal, () => control.refusal())
    if (said !== null) throw notReached('listed', 'The front door refused the list', complaintOf(said))
    this.#refuseUnlessOwner()
    return { generation, text, configuration }
  }

  async #rollBack(before: Written | null, signal: AbortSignal): Promise<never> {
    signal.throwIfAborted()
    const { control, ownership } = this.#options
    const cause = control.complaint() || `no new connection was answered by it within ${CONFIRM_DEADLINE_MS / 1000} s`
    const answer = await askFrontDoor(control.target())
    if (answer?.generation) ownership.saw(answer.generation)
    this.inForce.forget()
    // Another dashboard took over meanwhile: what it wrote must stay.
    this.#refuseUnlessOwner()
    const back = before ?? this.#options.fallback?.()
    if (back) await this.reload(back, signal)
    throw notReached('reloaded', NOT_TAKEN_OVER, cause)
  }

  #putInForce(generation: string, configuration: Configuration): void {
    this.inForce.confirm(generation, configuration)
    this.#options.ownership.confirmed()
  }

  #render(generation: string, { policy, servers }: Configuration): string {
    const { control, version } = this.#options
    const parts = { policy, capabilities: capabilities(version()), listen: control.listen }
    try {
      return renderNginxConfiguration({ generation, upstream: { by: 'list', servers }, ...parts })
    } catch (error) {
      throw notReached('listed', 'The list cannot be written', error)
    }
  }

  #refuseUnlessOwner(): void {
    const { mine, name } = this.#options.ownership.owner()
    if (mine) return
    throw new ProblemError(
      'read-only',
      `Another dashboard (${name}) writes the front door's list, so this one only watches. Stop that one, or take over here.`,
    )
  }
}

/** The lease's one line; see lib/compose/project-profile.ts. */
export const leaseOf = (owner: string, generation: string | null): string => `${owner} ${generation ?? ''}\n`
