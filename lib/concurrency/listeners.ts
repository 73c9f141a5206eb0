/** Whoever wants to hear of something. A listener may subscribe or leave while it is being told. */
export class Listeners<Listener extends object> {
  readonly #all = new Set<Listener>()

  /** Returns the way to stop listening. */
  readonly subscribe = (listener: Listener): (() => void) => {
    this.#all.add(listener)
    return () => {
      this.#all.delete(listener)
    }
  }

  tell(how: (listener: Listener) => void): void {
    for (const listener of [...this.#all]) how(listener)
  }

  clear(): void {
    this.#all.clear()
  }
}
