const WINDOW_US = 1_000_000
/** Shorter than this a rate says nothing yet. */
const SHORTEST_US = 250_000

/** How many were answered in the last second, from cumulative counts. */
export class RateWindow {
  #points: { atUs: number; answered: number }[] = []

  clear(): void {
    this.#points = []
  }

  /** `answered` so far, `atUs` microseconds since the burst's start. */
  note(atUs: number, answered: number): void {
    this.#points.push({ atUs, answered })
    this.#forget(atUs)
  }

  /** Answered a second at `nowUs`. */
  rps(nowUs: number): number {
    this.#forget(nowUs)
    const last = this.#points.at(-1)
    if (!last) return 0
    const first = this.#points[0]
    const before = first && first.atUs <= nowUs - WINDOW_US ? first.answered : 0
    const spanUs = Math.min(WINDOW_US, Math.max(SHORTEST_US, nowUs))
    return ((last.answered - before) * 1_000_000) / spanUs
  }

  /** Keeps one point at or before the window's begin: the count that stood there. */
  #forget(nowUs: number): void {
    while ((this.#points[1]?.atUs ?? Number.POSITIVE_INFINITY) <= nowUs - WINDOW_US) this.#points.shift()
  }
}
