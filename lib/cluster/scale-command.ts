import type { Clock } from '#lib/concurrency/clock.ts'
import { SCALE_DEADLINE_MS } from '#lib/protocol/limits.ts'
import { ProblemError, type Stage } from '#lib/protocol/problem.ts'

export type ScaleCommandOptions = {
  /** For so long nothing is stopped, so that the command can be taken back without a loss. */
  takeBackMs?: number | undefined
  /** Told when that time is over. */
  settled: () => void
  /** Told once with the problem when the deadline passes; whoever gets it ends the command with it. */
  late: (problem: ProblemError) => void
}

/** "6, then 2, no: 6" within a second keeps the same backends. */
const TAKE_BACK_MS = 1_200

/**
 * One command to the cluster: it ends in exactly one of three ways (reached, superseded, not reached), by the deadline at the latest.
 * Without a number it asks only that observed meets desired.
 */
export class ScaleCommand {
  readonly replicas: number | null
  /** Resolves when the number is reached; rejects with ProblemError `superseded`, or with what went wrong. */
  readonly ended: Promise<void>
  readonly #end: { resolve: () => void; reject: (reason: unknown) => void }
  readonly #callOffTimers: () => void
  #isRecent = true
  #stage: Stage = 'create'

  constructor(replicas: number | null, clock: Clock, options: ScaleCommandOptions) {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.replicas = replicas
    this.ended = promise
    this.#end = { resolve, reject }
    const callOffDeadline = clock.after(SCALE_DEADLINE_MS, () => options.late(this.#outOfTime()))
    const callOffSettled = clock.after(options.takeBackMs ?? TAKE_BACK_MS, () => {
      this.#isRecent = false
      options.settled()
    })
    this.#callOffTimers = () => {
      callOffDeadline()
      callOffSettled()
    }
  }

  /** It came a moment ago, and may be taken back. */
  get isRecent(): boolean {
    return this.#isRecent
  }

  /** Where it stands, for the message when it is late. */
  isAt(stage: Stage): void {
    this.#stage = stage
  }

  supersede(replicas: number): void {
    const detail = `A newer command took over: ${replicas} replicas are wanted now.`
    this.end(new ProblemError('superseded', detail, { replicas }))
  }

  /** Null: the number is reached. */
  end(error: unknown): void {
    this.#callOffTimers()
    if (error === null) this.#end.resolve()
    else this.#end.reject(error)
  }

  #outOfTime(): ProblemError {
    const cause = `the stage "${this.#stage}" did not end within ${SCALE_DEADLINE_MS / 1000} s`
    const what = this.replicas === null ? 'The list was not written' : `${this.replicas} replicas were not reached`
    const detail = `${what}: ${cause}. Try again, or look at the log.`
    return new ProblemError('not-reached', detail, { stage: this.#stage, cause })
  }
}
