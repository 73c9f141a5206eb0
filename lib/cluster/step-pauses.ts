import type { Clock } from '#lib/concurrency/clock.ts'
import type { Step } from './next-step.ts'

/** After a step that failed the next of its kind is not tried for so long. */
const RETRY_MS = 1_000

/** Keeps steps that failed from being tried again at once, and says when they may be. */
export class StepPauses {
  readonly #clock: Clock
  readonly #over: () => void
  readonly #until = new Map<Step['do'], number>()
  #callOff: () => void = () => undefined

  /** @param over told when a step that was asked for in its pause may be tried */
  constructor(clock: Clock, over: () => void) {
    this.#clock = clock
    this.#over = over
  }

  begin(step: Step['do']): void {
    this.#until.set(step, this.#clock.now() + RETRY_MS)
  }

  isOn(step: Step['do']): boolean {
    const leftMs = (this.#until.get(step) ?? 0) - this.#clock.now()
    if (leftMs <= 0) return false
    this.#callOff()
    this.#callOff = this.#clock.after(leftMs, this.#over)
    return true
  }

  /** A new command may try everything at once. */
  end(): void {
    this.#until.clear()
    this.#callOff()
  }
}
