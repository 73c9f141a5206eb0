import { DEFAULT_POLICY, type FrontDoor, type UpstreamServer } from '#lib/front-door/front-door.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { sameServers } from './membership.ts'

export type ListKeeperOptions = {
  door: FrontDoor
  /** The list that should be in force now. */
  wanted: () => UpstreamServer[]
  backendAt: (address: string) => BackendKey | null
  changed: () => void
  log: (event: string, fields: Record<string, unknown>) => void
}

/** A burst may span this many reloads and still be judged whole. */
const KEPT_GENERATIONS = 1_000
const RETRY_MS = 1_000

/** Keeps the front door's list as it should be: one apply at a time, tried again when it failed, and which generation had whom. */
export class ListKeeper {
  readonly #options: ListKeeperOptions
  readonly #generations = new Map<string, readonly BackendKey[]>()
  #applied: UpstreamServer[] | null = null
  #applying: Promise<void> | null = null
  #retry: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: ListKeeperOptions) {
    this.#options = options
  }

  membersOf(generation: string): readonly BackendKey[] | null {
    return this.#generations.get(generation) ?? null
  }

  /** What is in force is not ours any more: the next apply is one in earnest. */
  forget(): void {
    this.#applied = null
  }

  /** Resolves when the list that is wanted by then is in force; a change that comes meanwhile is applied, too. Rejects as FrontDoor.apply. */
  async apply(): Promise<void> {
    while (!this.#closed) {
      if (this.#applying) {
        await this.#applying.catch(() => undefined)
        continue
      }
      const servers = this.#options.wanted()
      if (sameServers(this.#applied, servers)) return
      this.#applying = this.#put(servers)
      try {
        await this.#applying
      } finally {
        this.#applying = null
        this.#options.changed()
      }
    }
  }

  /** The same after a change that nobody waits for: a failure is logged and tried again. */
  follow(): void {
    if (this.#closed) return
    clearTimeout(this.#retry)
    this.apply().catch((error: unknown) => {
      this.#options.log('list-not-applied', { error: String(error) })
      clearTimeout(this.#retry)
      if (!this.#closed) this.#retry = setTimeout(() => this.follow(), RETRY_MS)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    await this.#applying?.catch(() => undefined)
  }

  async #put(servers: UpstreamServer[]): Promise<void> {
    const { door, backendAt, log } = this.#options
    const members = servers.flatMap(({ address }) => backendAt(address) ?? [])
    const generation = await door.apply(servers, DEFAULT_POLICY)
    this.#applied = servers
    this.#generations.set(generation, members)
    const oldest = this.#generations.keys().next().value
    if (this.#generations.size > KEPT_GENERATIONS && oldest !== undefined) this.#generations.delete(oldest)
    log('list-applied', { generation, backends: servers.length })
  }
}
