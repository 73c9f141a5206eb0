/** Time as something that can be passed in, so that a test may let hours go by in milliseconds. */
export type Clock = {
  /** Milliseconds, monotonic. */
  now(): number
  /** Calls `act` once after `ms`; returns the way to call it off. */
  after(ms: number, act: () => void): () => void
  /** Resolves in the next turn of the event loop, when everything that was settled by now has been heard of. */
  nextTurn(): Promise<void>
}

export const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms)
    return () => clearTimeout(timer)
  },
  nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
}
