/** A value that changes by replacement, and who wants to know. Snapshots are cached: the same reference until the next setState. */
export type Store<State> = {
  getState: () => State
  /** Listeners hear of it only when the reference changed. */
  setState: (next: State | ((state: State) => State)) => void
  /** Returns the way to stop listening. */
  subscribe: (listener: () => void) => () => void
}

export function createStore<State extends object>(initial: State): Store<State> {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    getState: () => state,
    setState: (next) => {
      const value = typeof next === 'function' ? next(state) : next
      if (Object.is(value, state)) return
      state = value
      for (const listener of [...listeners]) listener()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
