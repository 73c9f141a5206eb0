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
  tables(routes: number, peers: number): Tables
}

/** How far a browser may be behind before it gets totals only: frames sent and not taken in yet. */
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
 * At most 2 frames are held here for it; then it gets totals only, and is told of the gap when it goes on.
 */
export class BrowserStream {
  readonly #wire: Wire
  readonly #now: () => number
  #burst: WatchedBurst | null = null
  #next = 0
  #gap = false
  #sentRoutes = 0
  #sentPeers = 0
  #unacknowledged: number[] = []
  #totalsAt = 0

  constructor(wire: Wire, now: () => number = () => performance.now()) {
    this.#wire = wire
    this.#now = now
  }

  get next(): number {
    return this.#next
  }

  /** From now on it watches this burst, from `from` on (a reconnecting browser) or from its latest samples. */
  watch(burst: WatchedBurst, from: number | null): boolean {
    const head = burst.head()
    const earliest = Math.max(burst.firstKept(), head - MAX_REPLAYED_SAMPLES, 0)
    const resumed = from !== null && from >= earliest && from <= head
    this.#burst = burst
    this.#next = resumed ? from : earliest
    this.#gap = !resumed && earliest > 0
    this.#sentRoutes = 0
    this.#sentPeers = 0
    this.#unacknowledged = []
    return resumed
  }

  taken(nextSeq: number): void {
    this.#unacknowledged = this.#unacknowledged.filter((end) => end > nextSeq)
  }

  /** Sends what is new. `shared` encodes once for all browsers that stand at the same place. */
  flush(shared: SharedFrames): void {
    const burst = this.#burst
    if (!burst) return
    const head = burst.head()
    if (!this.#keepsUp() || (head === this.#next && !this.#gap)) {
      this.#sendTotals(burst, head)
      return
    }
    if (head - this.#next > MAX_REPLAYED_SAMPLES || this.#next < burst.firstKept()) {
      this.#next = Math.max(head - MAX_REPLAYED_SAMPLES, burst.firstKept())
      this.#gap = true
    }
    const frame = shared.get(burst, {
      from: this.#next,
      to: head,
      gap: this.#gap,
      routes: this.#sentRoutes,
      peers: this.#sentPeers,
    })
    this.#wire.send(frame.bytes)
    this.#gap = false
    this.#next = head
    this.#sentRoutes = frame.routes
    this.#sentPeers = frame.peers
    this.#unacknowledged.push(head)
  }

  #keepsUp(): boolean {
    return this.#unacknowledged.length < MAX_FRAMES_AHEAD && this.#wire.held() < 2
  }

  #sendTotals(burst: WatchedBurst, head: number): void {
    const now = this.#now()
    if (now - this.#totalsAt < TOTALS_EVERY_MS || this.#wire.held() > 0) return
    this.#totalsAt = now
    this.#gap ||= head > this.#next
    this.#next = head
    this.#wire.send(
      encodeFrame({
        burst: burst.number,
        firstSeq: head,
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

type Span = { from: number; to: number; gap: boolean; routes: number; peers: number }
type SharedFrame = { bytes: Uint8Array; routes: number; peers: number }

/** The frames of one flush: browsers in step get the very same bytes. */
export class SharedFrames {
  readonly #frames = new Map<string, SharedFrame>()

  get(burst: WatchedBurst, span: Span): SharedFrame {
    const key = `${burst.number}/${span.from}/${span.to}/${span.gap}/${span.routes}/${span.peers}`
    const known = this.#frames.get(key)
    if (known) return known
    const tables = burst.tables(span.routes, span.peers)
    const isNew = tables.routes.length + tables.peers.length > 0
    const frame = {
      bytes: encodeFrame({
        burst: burst.number,
        firstSeq: span.from,
        gap: span.gap,
        elapsedUs: burst.elapsedUs(),
        totals: burst.totals(),
        samples: burst.samples(span.from, span.to),
        tables: isNew ? tables : null,
        details: burst.details(span.from, span.to),
      }),
      routes: span.routes + tables.routes.length,
      peers: span.peers + tables.peers.length,
    }
    this.#frames.set(key, frame)
    return frame
  }
}
