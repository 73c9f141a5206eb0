import { pause } from '#lib/concurrency/abortable.ts'
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
  /** What to go back to while nothing of ours was ever live; null where that cannot be. */
  fallback: (() => Written) | null
  changed: () => void
}

const CONFIRM_DEADLINE_MS = 5_000
const CONFIRM_EVERY_MS = 10
/** After that no further step of an apply is begun; each step has a deadline of its own. */
const APPLY_DEADLINE_MS = 20_000

/**
 * The one way to put a configuration in force in an nginx: render, put the candidate, let nginx check it, put it live, reload, confirm
 * by its generation on a new connection and by old workers that take none any more. Unconfirmed, the configuration before is put back.
 */
export class NginxApply {
  readonly generations: Generations
  readonly oldWorkers: OldWorkers
  readonly #options: NginxApplyOptions
  readonly inForce = new InForce()
  #isClosed = false

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

  /** See Membership.apply. */
  async apply(configuration: Configuration): Promise<string> {
    const { control } = this.#options
    const deadline = performance.now() + APPLY_DEADLINE_MS
    this.#refuse(deadline)
    if (!(await this.#options.untilUp())) throw notReached('listed', 'The front door does not answer', 'it is down')
    this.#refuse(deadline)
    const generation = this.generations.next(configuration)
    const text = this.#render(generation, configuration)
    const lease = leaseOf(this.#options.owner, this.inForce.generation)
    await control.put([
      { name: 'lease', text: lease },
      { name: 'candidate.conf', text },
    ])
    this.#refuse(deadline)
    const said = await control.refusal()
    if (said !== null) throw notReached('listed', 'The front door refused the list', complaintOf(said))
    this.#refuse(deadline)
    const before = this.inForce.written
    await this.reload({ generation, text, configuration })
    if (!(await this.confirm(generation))) await this.#rollBack(before)
    this.#putInForce(generation, configuration)
    return generation
  }

  /** Puts a text live without a question: the way back, and the way to the DNS list. */
  async reload(next: Written): Promise<void> {
    const { control } = this.#options
    const { serving } = this.inForce
    this.inForce.wrote(next)
    try {
      await control.put([{ name: 'nginx.conf', text: next.text }])
      // As late as may be: a worker that nginx began anew since the last reload belongs to them.
      const workers = await control.workers()
      this.oldWorkers.retire(workers?.map(({ pid }) => pid) ?? null, serving)
      await control.hangUp()
    } catch (error) {
      // The signal may have come, or may still come.
      this.inForce.forget()
      throw error
    }
    this.inForce.reloaded()
  }

  /** Whether new connections are answered by this generation, and by nothing else, within 5 s or until `isOver`. */
  async confirm(generation: string, isOver = () => this.#isClosed): Promise<boolean> {
    const { control } = this.#options
    const deadline = performance.now() + CONFIRM_DEADLINE_MS
    while (performance.now() < deadline && !isOver()) {
      const answer = await askFrontDoor(control.target())
      if (answer?.generation === generation && (await this.oldWorkers.stoppedListening())) return true
      if (control.complaint() !== '') return false
      await pause(CONFIRM_EVERY_MS)
    }
    return false
  }

  /** Every apply ends soon, without a way back. */
  close(): void {
    this.#isClosed = true
    this.oldWorkers.close()
  }

  async #rollBack(before: Written | null): Promise<never> {
    const { control, ownership } = this.#options
    const cause = control.complaint() || `no new connection was answered by it within ${CONFIRM_DEADLINE_MS / 1000} s`
    const answer = await askFrontDoor(control.target())
    if (answer?.generation) ownership.saw(answer.generation)
    this.inForce.forget()
    // Another dashboard took over meanwhile: what it wrote must stay.
    if (!ownership.owner().mine) throw this.#readOnly()
    const back = before ?? this.#options.fallback?.()
    if (back && !this.#isClosed) await this.reload(back)
    throw notReached('reloaded', 'The front door did not take over the list', cause)
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

  #refuse(deadline: number): void {
    if (this.#isClosed) throw notReached('listed', 'The list was not written', 'the front door is being closed')
    if (!this.#options.ownership.owner().mine) throw this.#readOnly()
    if (performance.now() > deadline) {
      throw notReached('listed', 'The list was not written', `it took longer than ${APPLY_DEADLINE_MS / 1000} s`)
    }
  }

  #readOnly(): ProblemError {
    const { name } = this.#options.ownership.owner()
    return new ProblemError(
      'read-only',
      `Another dashboard (${name}) writes the front door's list. Take over to change it.`,
    )
  }
}

/** The lease's one line; see lib/compose/project-profile.ts. */
export const leaseOf = (owner: string, generation: string | null): string => `${owner} ${generation ?? ''}\n`
