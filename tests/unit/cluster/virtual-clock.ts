import type { Clock } from '#lib/concurrency/clock.ts'

type Timer = { at: number; order: number; act: () => void }

/** A clock of its own: time passes only in `run`, from one timer to the next, and promises settle in between. */
export class VirtualClock implements Clock {
  #now = 0
  #order = 0
  #timers: Timer[] = []

  now = (): number => this.#now

  after = (ms: number, act: () => void): (() => void) => {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, act }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer)
    }
  }

  nextTurn = (): Promise<void> => this.sleep(0)

  sleep = (ms: number): Promise<void> => new Promise((resolve) => this.after(ms, resolve))

  /** Lets time pass until `untilMs`. Throws when more happens in that time than ever should: a loop that never rests. */
  async run(untilMs: number, most = 20_000): Promise<void> {
    for (let left = most; ; left -= 1) {
      await settled()
      const next = this.#timers.reduce<Timer | null>(
        (first, one) => (!first || one.at < first.at || (one.at === first.at && one.order < first.order) ? one : first),
        null,
      )
      if (!next || next.at > untilMs) break
      if (left === 0) throw new Error(`more than ${most} timers by ${untilMs} ms`)
      this.#timers = this.#timers.filter((one) => one !== next)
      this.#now = next.at
      next.act()
    }
    this.#now = untilMs
  }
}

/** Every promise that can settle without time has done so: `setImmediate` comes after all microtasks. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
