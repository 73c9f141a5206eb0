import type { AttemptRecord, Frame, Peer, Route } from '#lib/protocol/frame.ts'
import {
  ABSENT_OUTCOME,
  hasDetail,
  NO_ROUTE,
  ORDER_AT,
  OUTCOME_AT,
  ROUTE_AT,
  SAMPLE_WORDS,
} from '#lib/protocol/sample-record.ts'
import { DetailRing } from './detail-ring.ts'

export const KEPT_SAMPLES = 100_000

/** The first room, in samples; it doubles as samples come. */
const FIRST_ROOM = 1_024

/**
 * What a frame brought: the samples [from, to) are new. `unseen` before them are not coming; `missed` is the same, but 0
 * for a log that had nothing yet, since it simply starts later.
 */
export type Accepted = { from: number; to: number; unseen: number; missed: number }

/**
 * The samples of one run as this browser got them, the last KEPT_SAMPLES of them, outside React, in one typed array that
 * grows up to that. Sequence numbers in [firstSeq, nextSeq) may have holes where the server skipped this browser: ask `has`.
 */
export class SampleLog {
  readonly #mostKept: number
  readonly #details: DetailRing
  readonly #listeners = new Set<() => void>()
  #capacity = 0
  #words = new Uint32Array(0)
  #routes: Route[] = []
  #peers: Peer[] = []
  #burst: number | null = null
  #firstSeq = 0
  #nextSeq = 0
  #resets = 0
  #tablesRead = 0
  #isWhole = true

  /** `mostKept`: samples; `details`: as the DetailRing has it by default where absent. */
  constructor(mostKept = KEPT_SAMPLES, details = new DetailRing()) {
    this.#mostKept = mostKept
    this.#details = details
  }

  /** The number in the run's id; null: none yet. */
  get burst(): number | null {
    return this.#burst
  }
  get firstSeq(): number {
    return this.#firstSeq
  }
  /** One more than the newest. */
  get nextSeq(): number {
    return this.#nextSeq
  }
  /** Whether it has every sample from the first one on. */
  get isWhole(): boolean {
    return this.#isWhole
  }
  /** Counts up whenever the log starts anew: what was drawn before is of another burst. */
  get resets(): number {
    return this.#resets
  }
  /** Counts up whenever a route or a peer may mean another than before. */
  get tablesRead(): number {
    return this.#tablesRead
  }

  reset(burst: number | null): void {
    this.#burst = burst
    this.#firstSeq = 0
    this.#nextSeq = 0
    this.#routes = []
    this.#peers = []
    this.#details.clear()
    this.#isWhole = true
    this.#resets++
    this.#tablesRead++
    this.#tell()
  }

  /**
   * Copies the frame's samples, tables and details; leaves out what it has already. A frame without samples that begins
   * further on says that those before it are not coming. The frame must be of this burst.
   */
  accept(frame: Frame): Accepted {
    for (const route of frame.tables?.routes ?? []) this.#routes[route.index] = route
    for (const peer of frame.tables?.peers ?? []) this.#peers[peer.index] = peer
    if (frame.tables) this.#tablesRead++
    const to = frame.firstSeq + frame.samples.length / SAMPLE_WORDS
    const from = Math.max(frame.firstSeq, this.#nextSeq)
    if (to <= this.#nextSeq) return { from: this.#nextSeq, to: this.#nextSeq, unseen: 0, missed: 0 }
    const unseen = from - this.#nextSeq
    if (unseen > 0 || to - this.#firstSeq > this.#mostKept) this.#isWhole = false
    this.#makeRoom(to - (this.#nextSeq === this.#firstSeq ? from : this.#firstSeq))
    const missed = this.#leaveOut(from)
    for (let seq = Math.max(from, to - this.#capacity); seq < to; seq++) {
      const source = (seq - frame.firstSeq) * SAMPLE_WORDS
      const target = (seq % this.#capacity) * SAMPLE_WORDS
      for (let word = 0; word < SAMPLE_WORDS; word++) this.#words[target + word] = frame.samples[source + word] ?? 0
    }
    for (const detail of frame.details) if (detail.seq >= from) this.#details.add(detail)
    this.#nextSeq = to
    this.#firstSeq = Math.max(this.#firstSeq, to - this.#capacity)
    this.#tell()
    return { from, to, unseen, missed }
  }

  #makeRoom(samples: number): void {
    const wanted = Math.min(this.#mostKept, samples)
    if (wanted <= this.#capacity) return
    const before = { capacity: this.#capacity, words: this.#words }
    const doubled = Math.max(FIRST_ROOM, 2 ** Math.ceil(Math.log2(wanted)))
    this.#capacity = Math.min(this.#mostKept, doubled)
    this.#words = new Uint32Array(this.#capacity * SAMPLE_WORDS)
    for (let seq = Math.max(this.#firstSeq, this.#nextSeq - before.capacity); seq < this.#nextSeq; seq++) {
      const source = (seq % before.capacity) * SAMPLE_WORDS
      this.#words.set(before.words.subarray(source, source + SAMPLE_WORDS), (seq % this.#capacity) * SAMPLE_WORDS)
    }
  }

  /** Marks what is not coming before `to`; returns how much that is. A log that has nothing yet simply starts later. */
  #leaveOut(to: number): number {
    if (this.#nextSeq === this.#firstSeq) {
      this.#firstSeq = to
      return 0
    }
    for (let seq = Math.max(this.#nextSeq, to - this.#capacity); seq < to; seq++)
      this.#words[(seq % this.#capacity) * SAMPLE_WORDS + OUTCOME_AT] = ABSENT_OUTCOME
    return to - this.#nextSeq
  }

  /** The first sequence number at or after `seq` that is kept: `for (let at = log.since(seq); at < log.nextSeq; at++) if (log.has(at)) …` */
  since(seq: number): number {
    return Math.max(seq, this.#firstSeq)
  }

  has(seq: number): boolean {
    return seq >= this.#firstSeq && seq < this.#nextSeq && this.outcomeWord(seq) !== ABSENT_OUTCOME
  }

  #word(seq: number, word: number): number {
    return this.#words[(seq % this.#capacity) * SAMPLE_WORDS + word] ?? 0
  }

  /** Microseconds since the burst's start. This and the next five hold only where `has(seq)`. */
  sentUs(seq: number): number {
    return this.#word(seq, 0)
  }
  latencyUs(seq: number): number {
    return this.#word(seq, 1)
  }
  waitUs(seq: number): number {
    return this.#word(seq, 2)
  }
  /** Read it with statusOf, outcomeOf, reasonOf of lib/protocol/sample-record.ts. */
  outcomeWord(seq: number): number {
    return this.#word(seq, OUTCOME_AT)
  }
  /** Its place in the order of sending, from 0. */
  order(seq: number): number {
    return this.#word(seq, ORDER_AT)
  }
  /** When the answer was there, microseconds since the burst's start. */
  doneUs(seq: number): number {
    return this.sentUs(seq) + this.latencyUs(seq)
  }

  /** Its SAMPLE_WORDS words: a view, good until the next change. */
  words(seq: number): Uint32Array {
    const start = (seq % this.#capacity) * SAMPLE_WORDS
    return this.#words.subarray(start, start + SAMPLE_WORDS)
  }

  /** Who answered, under which generation; null when the sample names no route or its table has not come. */
  route(seq: number): Route | null {
    const index = this.routeIndex(seq)
    return index === NO_ROUTE ? null : this.routeAt(index)
  }
  /** NO_ROUTE when the sample names none. */
  routeIndex(seq: number): number {
    return this.#word(seq, ROUTE_AT)
  }
  routeAt(index: number): Route | null {
    return this.#routes[index] ?? null
  }

  /** Null for a plain sample (one attempt, at the backend that answered), and for one too long ago. */
  detail(seq: number): { resent: boolean; attempts: AttemptRecord[] } | null {
    return hasDetail(this.outcomeWord(seq)) ? this.#details.find(seq) : null
  }
  /** Where its attempts lie, for whoever looks at every sample and wants no copy; -1 where `detail` is null. */
  detailSlot(seq: number): number {
    return hasDetail(this.outcomeWord(seq)) ? this.#details.slotOf(seq) : -1
  }
  attemptsIn(slot: number): number {
    return this.#details.attemptsIn(slot)
  }
  peerIn(slot: number, attempt: number): number {
    return this.#details.peerIn(slot, attempt)
  }

  peer(index: number): Peer | null {
    return this.#peers[index] ?? null
  }

  /** Called after every change. Returns the way to stop listening. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
