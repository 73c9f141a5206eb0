import { type Detail, encodeFrame, type Tables } from '#lib/protocol/frame.ts'
import { MAX_REPLAYED_SAMPLES } from '#lib/protocol/limits.ts'
import type { Totals } from '#lib/protocol/model.ts'

/** What a burst offers to those who watch it. */
export type WatchedBurst = {
  number: number
  /** The next sequence number: samples before it are recorded. */
  head(): number
  /** The oldest sequence number that is still kept. */
  firstKept(): number
  elapsedUs(): number
  totals(): Totals
  samples(from: number, to: number): Uint32Array
  details(from: number, to: number): Detail[]
  /** Table entries from these counts on. */
  tables(told: TableCounts): Tables
}

/** How many entries of each table a browser has. */
type TableCounts = { [Table in keyof Tables]: number }
const NO_TABLES: TableCounts = { routes: 0, peers: 0, generations: 0, backends: 0 }

/** How many frames a browser may have before it that it has not said it took in; then it gets totals only. */
const MAX_FRAMES_AHEAD = 60
/** How often a browser that does not keep up gets the totals. */
const TOTALS_EVERY_MS = 250

export type Wire = {
  /** Frames that still lie in this process because the network does not take them. */
  held(): number
  send(frame: Uint8Array): void
}

/**
 * One browser's view of the running (or last) burst: the next sample it needs, what it took in, and whether it keeps up.
 * At most 2 frames are held here for it. While it does not keep up it gets totals only; its samples wait in the burst's own
 * store and follow when it goes on. It is told of a gap only where more wait than a browser that joins would get.
 */
export class BrowserStream {
  readonly #wire: Wire
  readonly #now: () => number
  #burst: WatchedBurst | null = null
  #next = 0
  #gap = false
  #told: TableCounts = NO_TABLES
  #unacknowledged: number[] = []
  #totalsAt = Number.NEGATIVE_INFINITY

  constructor(wire: Wire, now: () => number = () => performance.now()) {
    this.#wire = wire
    this.#now = now
  }

  /** From now on it watches this burst, from `from` on (a reconnecting browser) or from its latest samples. */
  watch(burst: WatchedBurst, from: number | null): boolean {
    const head = burst.head()
    const earliest = earliestOf(burst)
    const resumed = from !== null && from >= earliest && from <= head
    this.#burst = burst
    this.#next = resumed ? from : earliest
    this.#gap = !resumed && earliest > 0
    this.#told = NO_TABLES
    this.#unacknowledged = []
    return resumed
  }

  taken(nextSeq: number): void {
    this.#unacknowledged = this.#unacknowledged.filter((end) => end > nextSeq)
  }

  /** Whether samples wait for it. */
  isBehind(): boolean {
    return this.#burst !== null && this.#next < this.#burst.head()
  }

  /** Sends what is new. `shared` encodes once for all browsers that stand at the same place. */
  flush(shared: SharedFrames): void {
    const burst = this.#burst
    if (!burst) return
    const earliest = earliestOf(burst)
    if (this.#next < earliest) {
      this.#next = earliest
      this.#gap = true
    }
    const head = burst.head()
    if (!this.#keepsUp() || (head === this.#next && !this.#gap)) {
      this.#sendTotals(burst)
      return
    }
    const frame = shared.get(burst, { from: this.#next, to: head, gap: this.#gap, told: this.#told })
    this.#wire.send(frame.bytes)
    this.#gap = false
    this.#next = head
    this.#told = frame.told
    this.#unacknowledged.push(head)
  }

  #keepsUp(): boolean {
    return this.#unacknowledged.length < MAX_FRAMES_AHEAD && this.#wire.held() < 2
  }

  /** Without samples: a first sample beyond what the browser has says that those before it are not coming. */
  #sendTotals(burst: WatchedBurst): void {
    const now = this.#now()
    if (now - this.#totalsAt < TOTALS_EVERY_MS || this.#wire.held() > 0) return
    this.#totalsAt = now
    this.#wire.send(
      encodeFrame({
        burst: burst.number,
        firstSeq: this.#next,
        gap: this.#gap,
        elapsedUs: burst.elapsedUs(),
        totals: burst.totals(),
        samples: new Uint32Array(0),
        tables: null,
        details: [],
      }),
    )
  }
}

/** The oldest sample that a browser which joins now would get. */
const earliestOf = (burst: WatchedBurst): number => Math.max(burst.firstKept(), burst.head() - MAX_REPLAYED_SAMPLES, 0)

type Span = { from: number; to: number; gap: boolean; told: TableCounts }
type SharedFrame = { bytes: Uint8Array; told: TableCounts }

/** The frames of one flush: browsers in step get the very same bytes. */
export class SharedFrames {
  readonly #frames = new Map<string, SharedFrame>()

  get(burst: WatchedBurst, span: Span): SharedFrame {
    const { from, to, gap, told } = span
    const key = `${burst.number}/${from}/${to}/${gap}/${told.routes}/${told.peers}/${told.generations}/${told.backends}`
    const known = this.#frames.get(key)
    if (known) return known
    const tables = burst.tables(told)
    const { routes, peers, generations, backends } = tables
    const isNew = routes.length + peers.length + generations.length + backends.length > 0
    const frame = {
      bytes: encodeFrame({
        burst: burst.number,
        firstSeq: from,
        gap,
        elapsedUs: burst.elapsedUs(),
        totals: burst.totals(),
        samples: burst.samples(from, to),
        tables: isNew ? tables : null,
        details: burst.details(from, to),
      }),
      told: {
        routes: told.routes + routes.length,
        peers: told.peers + peers.length,
        generations: told.generations + generations.length,
        backends: told.backends + backends.length,
      },
    }
    this.#frames.set(key, frame)
    return frame
  }
}
