import type { Configuration } from '#lib/protocol/configuration.ts'

/** A burst may span this many reloads and still be judged whole. */
const MOST_GENERATIONS = 1_000

/** Names the generations of one owner, `<owner>-<number>`, and knows what each stands for from before its first answer. */
export class Generations {
  readonly #owner: string
  readonly #configurations = new Map<string, Configuration>()
  #number = 0

  constructor(owner: string) {
    this.#owner = owner
  }

  next(configuration: Configuration): string {
    this.#number += 1
    const generation = `${this.#owner}-${this.#number}`
    this.#configurations.set(generation, configuration)
    const oldest = this.#configurations.keys().next().value
    if (this.#configurations.size > MOST_GENERATIONS && oldest !== undefined) this.#configurations.delete(oldest)
    return generation
  }

  of(generation: string): Configuration | null {
    return this.#configurations.get(generation) ?? null
  }
}
