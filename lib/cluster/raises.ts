import type { BackendKey } from '#lib/protocol/model.ts'
import type { BackendHost } from './backend-host.ts'

/** The raises of ours: which are under way, which were called off and are not over yet, and what they made that was never listed. */
export class Raises {
  readonly #host: BackendHost
  readonly #over: () => void
  readonly #underWay = new Map<AbortController, Promise<void>>()
  readonly #made = new Set<BackendKey>()

  /** @param over told when a raise has ended, in whatever way */
  constructor(host: BackendHost, over: () => void) {
    this.#host = host
    this.#over = over
  }

  get running(): number {
    return this.#running().length
  }

  get calledOff(): number {
    return this.#underWay.size - this.running
  }

  /** @param failed told of a failure of its own, not of a raise that was called off */
  begin(failed: (error: unknown) => void): void {
    const calledOff = new AbortController()
    const raised = this.#host.raise(calledOff.signal).then(
      (backend) => {
        this.#made.add(backend)
      },
      (error: unknown) => {
        if (!calledOff.signal.aborted) failed(error)
      },
    )
    this.#underWay.set(calledOff, raised)
    void raised.finally(() => {
      this.#underWay.delete(calledOff)
      this.#over()
    })
  }

  /** Calls off the newest of them, or all. */
  callOff(count = Number.POSITIVE_INFINITY): void {
    const running = this.#running()
    for (const raise of running.slice(Math.max(0, running.length - count))) raise.abort()
  }

  /** What was made and has not been in a list since. `present`: all backends that are there; `listed`: those of the last list. */
  made(present: Iterable<BackendKey>, listed: Iterable<BackendKey>): ReadonlySet<BackendKey> {
    const there = new Set(present)
    for (const backend of listed) this.#made.delete(backend)
    for (const backend of this.#made) if (!there.has(backend)) this.#made.delete(backend)
    return new Set(this.#made)
  }

  /** What was made is like every other backend from now on: another owner of the list may have listed it. */
  forgetMade(): void {
    this.#made.clear()
  }

  /** Resolves when those that are under way now are over. */
  async over(): Promise<void> {
    await Promise.all(this.#underWay.values())
  }

  #running(): AbortController[] {
    return [...this.#underWay.keys()].filter(({ signal }) => !signal.aborted)
  }
}
