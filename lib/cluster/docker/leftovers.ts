import type { Made } from './make-replica.ts'
import { settleAll } from './pool.ts'
import type { ProjectView } from './project-view.ts'
import { CALLS_AT_ONCE } from './raise-replicas.ts'
import type { Replicas } from './replicas.ts'

export type LeftoversOptions = {
  view: ProjectView
  replicas: Replicas
  log: (event: string, fields: Record<string, unknown>) => void
}

const TRY_AGAIN_MS = 1_000
/** An engine that did not answer a creation in time may still make the container. */
const MAY_COME_MS = 30_000

/** Containers that were made in vain, or that we stopped for good: removed at once, or, where the engine does not let us or is away, as soon as it does. */
export class Leftovers {
  readonly #options: LeftoversOptions
  readonly #ids = new Set<string>()
  /** Names that we asked for and heard nothing of, and the container of that name that the last look found. */
  readonly #unsure = new Map<string, { until: number; seen: string | null }>()
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: LeftoversOptions) {
    this.#options = options
  }

  /** Resolves after the first try; at once where the engine does not answer. */
  async clear({ ids, unsure }: Made): Promise<void> {
    const until = performance.now() + MAY_COME_MS
    for (const name of unsure) {
      this.#unsure.set(name, { until, seen: null })
      this.#options.replicas.going.doubt(name, true)
    }
    for (const id of ids) this.#unwanted(id)
    if (this.#options.view.error === null) await this.#remove()
    if (this.#ids.size > 0) this.#options.log('leftovers-stay', { containers: this.#ids.size })
    this.#goOn()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #goOn(): void {
    if (this.#closed || this.#timer || this.#ids.size + this.#unsure.size === 0) return
    this.#timer = setTimeout(async () => {
      await this.#settle().catch(() => undefined)
      await this.#remove()
      this.#timer = undefined
      this.#goOn()
    }, TRY_AGAIN_MS)
    this.#timer.unref()
  }

  #unwanted(id: string): void {
    this.#ids.add(id)
    this.#options.replicas.going.retire(id, 'unwanted')
  }

  async #remove(): Promise<void> {
    const { view } = this.#options
    const acts = [...this.#ids].map((id) => async () => {
      await view.engine.remove(id)
      this.#ids.delete(id)
    })
    await settleAll(CALLS_AT_ONCE, acts)
  }

  /** Ours was never started, for nobody knew its id; one that somebody else makes by that name is, at once. */
  async #settle(): Promise<void> {
    if (this.#unsure.size === 0) return
    const { view, replicas } = this.#options
    await view.look()
    for (const [name, known] of this.#unsure) {
      const found = replicas.all().find((one) => one.name === name)
      const isOurs = found?.state === 'created' && found.id === known.seen
      const isOver = found ? found.state !== 'created' : performance.now() > known.until
      known.seen = found?.id ?? null
      if (isOurs) this.#unwanted(found.id)
      if (!isOurs && !isOver) continue
      this.#unsure.delete(name)
      replicas.going.doubt(name, false)
    }
  }
}
