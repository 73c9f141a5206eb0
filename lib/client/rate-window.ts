const WINDOW_US = 1_000_000
/** Shorter than this a rate says nothing yet. */
const SHORTEST_US = 250_000
const CELL_US = 50_000
const CELLS = WINDOW_US / CELL_US + 2

/** How many requests ended in the last second, by when each did: right from the first samples of a late page on. */
export class RateWindow {
  readonly #counts = new Float64Array(CELLS)
  #newest = 0

  clear(): void {
    this.#counts.fill(0)
    this.#newest = 0
  }

  /** `count` requests that ended `atUs` microseconds after the run's start. */
  add(atUs: number, count = 1): void {
    const cell = Math.floor(atUs / CELL_US)
    if (cell <= this.#newest - CELLS) return
    this.#moveTo(cell)
    this.#counts[cell % CELLS] = (this.#counts[cell % CELLS] ?? 0) + count
  }

  /** `count` requests that ended at unknown times within [fromUs, toUs). */
  spread(count: number, fromUs: number, toUs: number): void {
    if (toUs <= fromUs) {
      this.add(toUs, count)
      return
    }
    const first = Math.floor(Math.max(fromUs, toUs - CELLS * CELL_US) / CELL_US)
    for (let cell = first; cell * CELL_US < toUs; cell++) {
      const within = Math.min((cell + 1) * CELL_US, toUs) - Math.max(cell * CELL_US, fromUs)
      if (within > 0) this.add(cell * CELL_US, (count * within) / (toUs - fromUs))
    }
  }

  /** Requests a second at `nowUs`. */
  rps(nowUs: number): number {
    const fromUs = nowUs - WINDOW_US
    let ended = 0
    for (let cell = Math.max(0, Math.floor(fromUs / CELL_US)); cell <= this.#newest; cell++) {
      if (cell <= this.#newest - CELLS) continue
      const share = Math.min(1, ((cell + 1) * CELL_US - fromUs) / CELL_US)
      ended += (this.#counts[cell % CELLS] ?? 0) * share
    }
    return (ended * 1_000_000) / Math.min(WINDOW_US, Math.max(SHORTEST_US, nowUs))
  }

  #moveTo(cell: number): void {
    if (cell - this.#newest >= CELLS) this.#counts.fill(0)
    else for (let next = this.#newest + 1; next <= cell; next++) this.#counts[next % CELLS] = 0
    this.#newest = Math.max(this.#newest, cell)
  }
}
