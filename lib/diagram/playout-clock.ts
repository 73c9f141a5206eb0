/** A dot departs at most this long after its sample came. */
const LONGEST_WAIT_MS = 100
/** How fast a wait that is no longer needed goes away: the share of it per batch. */
const EASE = 0.1

/**
 * When each sample of a batch departs. Samples come in batches, but were answered one after the other: they fly at the
 * distances at which their answers came, a little later, and do not leave as one.
 */
export class PlayoutClock {
  /** What the page's clock says when the burst's is at zero. */
  #offsetMs: number | null = null

  /** Milliseconds of the page's clock, one per sample, none before `nowMs`. */
  startsOf(samples: readonly { doneUs: number }[], nowMs: number): number[] {
    const times = samples.map(({ doneUs }) => doneUs / 1000)
    if (times.length === 0) return []
    const first = Math.min(...times.slice(0, 100))
    const last = times.reduce((latest, time) => Math.max(latest, time), first)
    const slack = this.#offsetMs === null ? 0 : this.#offsetMs + first - nowMs
    let offset = this.#offsetMs === null || slack < 0 ? nowMs - first : this.#offsetMs - slack * EASE
    if (offset + last > nowMs + LONGEST_WAIT_MS) offset = nowMs + LONGEST_WAIT_MS - last
    this.#offsetMs = offset
    return times.map((time) => Math.max(nowMs, offset + time))
  }
}
