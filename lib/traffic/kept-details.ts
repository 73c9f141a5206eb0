import type { Detail } from '#lib/protocol/frame.ts'

/**
 * The newest details of a burst, in the order of their samples. A ring, not a Map: finding the oldest key of a Map that is
 * always emptied at its front walks over all that was deleted, which took a whole processor when every request failed.
 */
export class KeptDetails {
  readonly #most: number
  readonly #ring: Detail[] = []
  /** How many were ever kept. */
  #next = 0

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#ring.length
  }

  /** Details come in the order of `seq`. */
  keep(detail: Detail): void {
    this.#ring[this.#next++ % this.#most] = detail
  }

  /** Null: it has none, or it is too long ago. */
  find(seq: number): Detail | null {
    const detail = this.#at(this.#firstFrom(seq))
    return detail?.seq === seq ? detail : null
  }

  /** Those of samples [fromSeq, toSeq). */
  between(fromSeq: number, toSeq: number): Detail[] {
    const found: Detail[] = []
    for (let place = this.#firstFrom(fromSeq); ; place++) {
      const detail = this.#at(place)
      if (detail === undefined || detail.seq >= toSeq) return found
      found.push(detail)
    }
  }

  clear(): void {
    this.#ring.length = 0
    this.#next = 0
  }

  #at(place: number): Detail | undefined {
    return place < this.#next ? this.#ring[place % this.#most] : undefined
  }

  /** The place of the first one that is not before `seq`. */
  #firstFrom(seq: number): number {
    let low = this.#next - this.size
    let high = this.#next
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.#at(middle)?.seq ?? seq) < seq) low = middle + 1
      else high = middle
    }
    return low
  }
}
