/** Why one that was waited for will not be ready in this life. */
export type Ending = { removed: boolean; exitCode: number | null }

type Wait = (ending: Ending | null) => void

/** Who waits for which container to say that it listens. */
export class ReadyWaits {
  readonly #waits = new Map<string, Wait>()

  /** Resolves null once it says that it listens, or how it ended before. Rejects at `signal`, with its reason. */
  until(id: string, signal: AbortSignal): Promise<Ending | null> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#waits.delete(id)
        reject(signal.reason)
      }
      if (signal.aborted) return stop()
      signal.addEventListener('abort', stop, { once: true })
      this.#waits.set(id, (ending) => {
        signal.removeEventListener('abort', stop)
        this.#waits.delete(id)
        resolve(ending)
      })
    })
  }

  ready(id: string): void {
    this.#waits.get(id)?.(null)
  }

  ended(id: string, ending: Ending): void {
    this.#waits.get(id)?.(ending)
  }
}
