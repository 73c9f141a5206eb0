/** Why one that was waited for will not be ready in this life. */
export type Ending = { removed: boolean; exitCode: number | null }

type Wait = (ending: Ending | null) => void

/** Who waits for which container to say that it listens. */
export class ReadyWaits {
  readonly #waits = new Map<string, Wait>()
  readonly #started = new Set<string>()

  /** Resolves null once it says that it listens, or how it ended before. Rejects at `signal`, with its reason. */
  until(id: string, signal: AbortSignal): Promise<Ending | null> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#forget(id)
        reject(signal.reason)
      }
      if (signal.aborted) return stop()
      signal.addEventListener('abort', stop, { once: true })
      this.#waits.set(id, (ending) => {
        signal.removeEventListener('abort', stop)
        this.#forget(id)
        resolve(ending)
      })
    })
  }

  /** The engine has started it: seen stopped from now on, it has ended. */
  started(id: string): void {
    if (this.#waits.has(id)) this.#started.add(id)
  }

  isStarted(id: string): boolean {
    return this.#started.has(id)
  }

  ready(id: string): void {
    this.#waits.get(id)?.(null)
  }

  ended(id: string, ending: Ending): void {
    this.#waits.get(id)?.(ending)
  }

  #forget(id: string): void {
    this.#waits.delete(id)
    this.#started.delete(id)
  }
}
