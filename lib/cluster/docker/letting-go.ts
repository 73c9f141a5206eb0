import type { Container } from './container.ts'

/** Let go by us: shown only while they still run, `unwanted` ones never. `stopped` ones come back when somebody starts them. */
export type Retired = 'stopping' | 'stopped' | 'unwanted'

/** Which containers of the service count as backends no more, though they are there. */
export class LettingGo {
  readonly #retired = new Map<string, Retired>()
  readonly #doubted = new Set<string>()
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  retire(id: string, stage: Retired): void {
    this.#retired.set(id, stage)
    this.#changed()
  }

  /** Brings one that was let go back into sight. */
  recall(id: string): void {
    this.#retired.delete(id)
    this.#changed()
  }

  /** It is gone, or somebody has started it: whoever asks tells of that himself. */
  forget(id: string): void {
    this.#retired.delete(id)
  }

  stage(id: string): Retired | null {
    return this.#retired.get(id) ?? null
  }

  /** One of this name is hidden for as long as nobody has started it. */
  doubt(name: string, on: boolean): void {
    if (on) this.#doubted.add(name)
    else this.#doubted.delete(name)
    this.#changed()
  }

  /** It is about to be removed, or may be ours to remove. */
  isLeftover({ id, name, state }: Container): boolean {
    return this.stage(id) === 'unwanted' || (state === 'created' && this.#doubted.has(name))
  }

  isHidden(container: Container): boolean {
    const { id, state } = container
    return this.isLeftover(container) || (this.stage(id) !== null && state !== 'running' && state !== 'paused')
  }
}
