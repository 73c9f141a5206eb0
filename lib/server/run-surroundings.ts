import type { Cluster } from '#lib/cluster/cluster.ts'
import type { Configuration } from '#lib/protocol/configuration.ts'
import type { BackendKey, ClusterSnapshot } from '#lib/protocol/model.ts'
import type { RunBackend, RunGeneration } from '#lib/protocol/run.ts'

/** As many as a front door remembers of itself; a run with more of them is judged without the rest. */
const MAX_GENERATIONS = 1_000
/** Containers that crash and come back have a new key each time. */
const MAX_BACKEND_ENTRIES = 5_000

/**
 * What a run has met of the cluster: configurations and backends, kept because the cluster forgets them. Both lists only grow,
 * so that a browser is told of new entries by their count; a later entry of a backend replaces the earlier one.
 */
export class RunSurroundings {
  readonly #cluster: Pick<Cluster, 'configurationOf'>
  readonly #generations: RunGeneration[] = []
  readonly #configurations = new Map<string, Configuration>()
  readonly #entries: RunBackend[] = []
  readonly #backends = new Map<BackendKey, RunBackend>()

  constructor(cluster: Pick<Cluster, 'configurationOf'>) {
    this.#cluster = cluster
  }

  /** To be called before the first sample of this generation is told or judged. */
  meetGeneration(generation: string): void {
    if (this.#configurations.has(generation) || this.#generations.length >= MAX_GENERATIONS) return
    const configuration = this.#cluster.configurationOf(generation)
    if (configuration === null) return
    this.#configurations.set(generation, configuration)
    this.#generations.push({ generation, configuration })
  }

  /** `isStart`: the snapshot is of when the run began. */
  meetBackends({ backends }: ClusterSnapshot, isStart = false): void {
    for (const { backend, number, address, status } of backends) {
      const known = this.#backends.get(backend)
      // An address that is not known for a moment is no news.
      const isNews = known === undefined || known.number !== number || (address !== null && known.address !== address)
      if (!isNews || this.#entries.length >= MAX_BACKEND_ENTRIES) continue
      const wasDown = known?.wasDown ?? (isStart && status === 'down')
      const entry: RunBackend = { backend, number, name: backend, address, node: null, ...(wasDown && { wasDown }) }
      this.#backends.set(backend, entry)
      this.#entries.push(entry)
    }
  }

  /** Null for a generation that the run has not met, or that was never ours. */
  configurationOf(generation: string): Configuration | null {
    return this.#configurations.get(generation) ?? null
  }

  generations(from = 0): RunGeneration[] {
    return this.#generations.slice(from)
  }

  /** As they were told, from this entry on. */
  entries(from: number): RunBackend[] {
    return this.#entries.slice(from)
  }

  backends(): RunBackend[] {
    return [...this.#backends.values()]
  }
}
