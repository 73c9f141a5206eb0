import type { Container } from './container.ts'

/** Let go by us: shown only while they still run, `unwanted` ones never. `stopped` ones come back when somebody starts them. */
export type Retired = 'stopping' | 'stopped' | 'unwanted'

/** Which containers of the service count as backends no more, though they are there. */
export class LettingGo {
  readonly #retired = new Map<string, Retired>()
  readonly #doubted = new Set<string>()

  retire(id: string, stage: Retired): void {
    this.#retired.set(id, stage)
  }

  recall(id: string): void {
    this.#retired.delete(id)
  }

  stage(id: string): Retired | null {
    return this.#retired.get(id) ?? null
  }

  /** One of this name is hidden for as long as nobody has started it. */
  doubt(name: string, on: boolean): void {
    if (on) this.#doubted.add(name)
    else this.#doubted.delete(name)
  }

  isHidden({ id, name, state }: Container): boolean {
    if (state === 'created' && this.#doubted.has(name)) return true
    const stage = this.stage(id)
    return stage === 'unwanted' || (stage !== null && state !== 'running' && state !== 'paused')
  }
}
