import { type AttemptRecord, type Detail, TIME_NOT_SAID } from '#lib/protocol/frame.ts'

/** The details of the latest samples that have one, packed: an hour of failures must not grow the page. In order of seq. */
export class DetailRing {
  readonly #capacity: number
  readonly #attemptCapacity: number
  #seqs = new Uint32Array(0)
  /** Where its attempts begin, as a count since the reset. */
  #starts = new Float64Array(0)
  /** attempts << 1 | resent */
  #sizes = new Uint16Array(0)
  #peers = new Uint16Array(0)
  #statuses = new Uint16Array(0)
  #times = new Uint32Array(0)
  #first = 0
  #next = 0
  #nextAttempt = 0

  constructor(capacity = 16_384, attemptCapacity = 49_152) {
    this.#capacity = capacity
    this.#attemptCapacity = attemptCapacity
  }

  /** Most runs have no detail at all: the room is taken with the first. */
  #makeRoom(): void {
    this.#seqs = new Uint32Array(this.#capacity)
    this.#starts = new Float64Array(this.#capacity)
    this.#sizes = new Uint16Array(this.#capacity)
    this.#peers = new Uint16Array(this.#attemptCapacity)
    this.#statuses = new Uint16Array(this.#attemptCapacity)
    this.#times = new Uint32Array(this.#attemptCapacity)
  }

  clear(): void {
    this.#first = 0
    this.#next = 0
    this.#nextAttempt = 0
  }

  /** Details come in order of seq; one that does not is left out. */
  add(detail: Detail): void {
    if (this.#next > this.#first && detail.seq <= (this.#seqs[(this.#next - 1) % this.#capacity] ?? 0)) return
    if (this.#seqs.length === 0) this.#makeRoom()
    const slot = this.#next % this.#capacity
    this.#seqs[slot] = detail.seq
    this.#starts[slot] = this.#nextAttempt
    this.#sizes[slot] = (detail.attempts.length << 1) | (detail.resent ? 1 : 0)
    for (const attempt of detail.attempts) {
      const at = this.#nextAttempt++ % this.#attemptCapacity
      this.#peers[at] = attempt.peer
      this.#statuses[at] = attempt.status
      this.#times[at] = attempt.us ?? TIME_NOT_SAID
    }
    this.#next++
    while (
      this.#next - this.#first > this.#capacity ||
      (this.#starts[this.#first % this.#capacity] ?? 0) < this.#nextAttempt - this.#attemptCapacity
    )
      this.#first++
  }

  /** Where the detail of a sample lies, good until the next change; -1: it has none, or it is too long ago. */
  slotOf(seq: number): number {
    // In an outage every sample has one: its place follows from the newest.
    const newest = this.#seqs[(this.#next - 1) % this.#capacity] ?? 0
    const guess = this.#next - 1 - (newest - seq)
    if (guess >= this.#first && guess < this.#next && this.#seqs[guess % this.#capacity] === seq)
      return guess % this.#capacity
    // Whoever looks at all samples asks mostly for details that are gone.
    if (seq < (this.#seqs[this.#first % this.#capacity] ?? 0)) return -1
    let low = this.#first
    let high = this.#next
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.#seqs[middle % this.#capacity] ?? 0) < seq) low = middle + 1
      else high = middle
    }
    const slot = low % this.#capacity
    return low === this.#next || this.#seqs[slot] !== seq ? -1 : slot
  }

  /** How many attempts the detail in a slot has. */
  attemptsIn(slot: number): number {
    return (this.#sizes[slot] ?? 0) >> 1
  }

  /** The peer of one of them. */
  peerIn(slot: number, attempt: number): number {
    return this.#peers[this.#attemptAt(slot, attempt)] ?? 0
  }

  #attemptAt(slot: number, attempt: number): number {
    return ((this.#starts[slot] ?? 0) + attempt) % this.#attemptCapacity
  }

  /** null: it has none, or it is too long ago. */
  find(seq: number): { resent: boolean; attempts: AttemptRecord[] } | null {
    const slot = this.slotOf(seq)
    if (slot === -1) return null
    const attempts = Array.from({ length: this.attemptsIn(slot) }, (_, index): AttemptRecord => {
      const at = this.#attemptAt(slot, index)
      const us = this.#times[at] ?? TIME_NOT_SAID
      return { peer: this.#peers[at] ?? 0, status: this.#statuses[at] ?? 0, us: us === TIME_NOT_SAID ? null : us }
    })
    return { resent: ((this.#sizes[slot] ?? 0) & 1) === 1, attempts }
  }
}
