import { FRAME_INTERVAL_MS } from '#lib/protocol/limits.ts'
import type { BurstMemory } from './burst-memory.ts'
import { writeProgress } from './progress.ts'
import type { RouteTable } from './route-table.ts'
import type { Tally } from './tally.ts'
import type { WorkerNews } from './worker-messages.ts'

/**
 * The worker's side of what the main thread sees. Plain requests are told of by shared memory alone; as long as there
 * is news that needs a message, progress waits for it, at most FRAME_INTERVAL_MS, so that nobody sees a sample whose
 * route or detail has not come.
 */
export class Reporter {
  readonly #memory: BurstMemory
  readonly #tally: Tally
  readonly #table: RouteTable
  readonly #tell: (news: WorkerNews) => void
  #timer: NodeJS.Timeout | null = null

  constructor(memory: BurstMemory, tally: Tally, table: RouteTable, tell: (news: WorkerNews) => void) {
    this.#memory = memory
    this.#tally = tally
    this.#table = table
    this.#tell = tell
  }

  /** After every change of the tally. */
  changed(): void {
    if (this.#timer !== null) return
    if (this.#tally.hasDetails || this.#table.hasNew) this.#timer = setTimeout(() => this.flush(), FRAME_INTERVAL_MS)
    else writeProgress(this.#memory.progress, this.#tally.head, this.#tally.totals)
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const details = this.#tally.takeDetails()
    const { routes, peers } = this.#table.takeNew()
    if (details.length + routes.length + peers.length > 0) {
      this.#tell({ kind: 'news', details, routes, peers, usedRows: this.#table.usedRows() })
    }
    writeProgress(this.#memory.progress, this.#tally.head, this.#tally.totals)
  }
}
