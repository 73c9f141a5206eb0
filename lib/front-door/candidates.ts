import { unlessAborted, untilAborted } from '#lib/concurrency/abortable.ts'
import type { Configuration } from '#lib/protocol/configuration.ts'
import { notReached } from '#lib/protocol/problem.ts'
import { capabilities } from './capabilities.ts'
import { complaintOf } from './complaint.ts'
import { sameConfiguration } from './configuration.ts'
import type { Generations } from './generations.ts'
import type { Written } from './in-force.ts'
import type { ListOwnership } from './list-ownership.ts'
import type { NginxControl } from './nginx-control.ts'
import { renderNginxConfiguration } from './render.ts'

export type CandidatesOptions = {
  owner: string
  control: NginxControl
  ownership: ListOwnership
  version: () => string
  untilUp: () => Promise<boolean>
}

/** An apply waits for a check ahead that is under way, so a check ahead is short. */
const PREPARE_DEADLINE_MS = 3_000

/** What may become the next configuration: rendered, put beside the one in force, and checked by nginx itself. Puts nothing in force. */
export class Candidates {
  readonly #options: CandidatesOptions
  readonly #generations: Generations
  /** What nginx has accepted ahead; `written` null while that is under way, and when it was not accepted. */
  #ahead: { configuration: Configuration; written: Written | null } | null = null
  /** Files that were given up may still come: the next ones wait for them, or nginx would check one candidate for another. */
  #lastPut: Promise<void> = Promise.resolve()

  constructor(options: CandidatesOptions, generations: Generations) {
    this.#options = options
    this.#generations = generations
  }

  /** A new generation of this configuration, as text. Throws ProblemError `not-reached`, stage `listed`. */
  render(configuration: Configuration): Written {
    const generation = this.#generations.next(configuration)
    return { generation, text: this.#textOf(generation, configuration), configuration }
  }

  /** See Membership.prepare. */
  async prepare(configuration: Configuration, inForce: string | null, closed: AbortSignal): Promise<void> {
    if (this.#ahead && sameConfiguration(this.#ahead.configuration, configuration)) return
    const ahead: { configuration: Configuration; written: Written | null } = { configuration, written: null }
    this.#ahead = ahead
    const signal = AbortSignal.any([closed, AbortSignal.timeout(PREPARE_DEADLINE_MS)])
    // Whatever is wrong now is told by the apply, if it is still wrong then.
    ahead.written = await this.#check(configuration, inForce, signal).catch(() => null)
  }

  /**
   * What nginx accepts as its next configuration, now or ahead. `inForce`: the generation that the lease names. Throws ProblemError
   * `not-reached`, stage `listed`, or `read-only`; rejects with the signal's reason.
   */
  async accepted(configuration: Configuration, inForce: string | null, signal: AbortSignal): Promise<Written> {
    const ahead = this.#ahead?.written ?? null
    this.#ahead = null
    if (ahead && sameConfiguration(ahead.configuration, configuration)) {
      await this.#mayBeWritten(signal)
      // Another version of nginx is written for in another way.
      if (this.#textOf(ahead.generation, configuration) === ahead.text) return ahead
    }
    return this.#check(configuration, inForce, signal)
  }

  /** Another front door or another owner may be there now: what was accepted ahead is void. */
  lose(): void {
    this.#ahead = null
  }

  async #check(configuration: Configuration, inForce: string | null, signal: AbortSignal): Promise<Written> {
    const { control, owner, ownership } = this.#options
    await untilAborted(this.#lastPut, signal)
    await this.#mayBeWritten(signal)
    const candidate = this.render(configuration)
    const files = [
      { name: 'lease', text: leaseOf(owner, inForce) },
      { name: 'candidate.conf', text: candidate.text },
    ] as const
    await unlessAborted(signal, () => {
      const put = control.put(files)
      this.#lastPut = put.catch(() => undefined)
      return put
    })
    ownership.refuseUnlessMine()
    const said = await unlessAborted(signal, () => control.refusal())
    if (said !== null) throw notReached('listed', 'The front door refused the list', complaintOf(said))
    ownership.refuseUnlessMine()
    return candidate
  }

  async #mayBeWritten(signal: AbortSignal): Promise<void> {
    const { ownership, untilUp } = this.#options
    ownership.refuseUnlessMine()
    if (!(await unlessAborted(signal, untilUp)))
      throw notReached('listed', 'The front door does not answer', 'it is down')
    ownership.refuseUnlessMine()
  }

  #textOf(generation: string, { policy, servers }: Configuration): string {
    const { control, version } = this.#options
    const parts = { policy, capabilities: capabilities(version()), listen: control.listen }
    try {
      return renderNginxConfiguration({ generation, upstream: { by: 'list', servers }, ...parts })
    } catch (error) {
      throw notReached('listed', 'The list cannot be written', error)
    }
  }
}

/** The lease's one line; see lib/compose/project-profile.ts. */
export const leaseOf = (owner: string, generation: string | null): string => `${owner} ${generation ?? ''}\n`
