const MAX_LENGTH = 2_048
const PLACES = 16
const WORD = 4
const SPACE = 32
const DELETE = 127

/** What a head says, with the places of its values instead of the values themselves. */
export type HeadMeaning = {
  readonly status: number
  readonly isHttp10: boolean
  readonly persistent: boolean
  /** -1: not said. */
  readonly contentLength: number
  readonly codings: readonly string[]
  /** Where the values lie that may differ from one head to the next, as pairs of start and end, without blanks at their edges. */
  readonly spans: Int32Array
}

/** A head that may come again: `words` has its bytes, `mask` has zeros where they may differ. */
type KnownHead = { length: number; bytes: Uint8Array; words: Int32Array; mask: Int32Array; meaning: HeadMeaning }

/**
 * Heads that were read before. Most heads are like an earlier one but for some values of the same length. Telling so takes
 * one comparison for four bytes, a small part of what reading a head takes. Connections share one of these: sixty-four
 * copies of the same head would push each other out of the processor's cache, and waiting for memory costs more than comparing.
 */
export class KnownHeads {
  /** By the length of the piece that the head came in, which is nearly always the whole response. */
  readonly #places: (KnownHead | null)[] = new Array<KnownHead | null>(PLACES).fill(null)
  readonly #lastLengths = new Int32Array(PLACES)
  /** The bytes that were looked at last, and the same memory as words: connections read into one buffer. */
  #seen: Uint8Array | null = null
  #seenWords: Int32Array = new Int32Array(0)

  /** The head that `bytes` [0, to) begin with, when it is known, and its length; else null. */
  find(bytes: Uint8Array, to: number): Readonly<KnownHead> | null {
    const known = this.#places[to % PLACES] as KnownHead | null
    if (known === null || to < known.length) return null
    if (bytes !== this.#seen && !this.#lookAt(bytes)) return null
    const seen = this.#seenWords
    const { length, words, mask } = known
    const whole = Math.floor(length / WORD)
    for (let at = 0; at < whole; at++) {
      const differing = (seen[at] as number) ^ (words[at] as number)
      if (differing === 0) continue
      if ((differing & (mask[at] as number)) !== 0 || !mayDiffer(bytes, known.bytes, at * WORD)) return null
    }
    // The last three bytes at most: they belong to the empty line at the end.
    for (let at = whole * WORD; at < length; at++) if (bytes[at] !== known.bytes[at]) return null
    return known
  }

  /** Keeps the head `bytes` [0, end), which came in a piece that ends at `to`. */
  learn(bytes: Uint8Array, end: number, to: number, meaning: HeadMeaning): void {
    const place = to % PLACES
    const isFirst = this.#lastLengths[place] !== end
    this.#lastLengths[place] = end
    // A head that will not come again is not worth a copy; a second one of the same length may be the first of many.
    if (isFirst || end > MAX_LENGTH) return
    const known = this.#places[place] ?? newHead(meaning)
    this.#places[place] = known
    known.length = end
    known.meaning = { ...meaning, spans: meaning.spans.slice() }
    known.bytes.set(bytes.subarray(0, end))
    const mask = new Uint8Array(known.mask.buffer).fill(255)
    for (let pair = 0; pair < meaning.spans.length; pair += 2)
      mask.fill(0, meaning.spans[pair], meaning.spans[pair + 1])
  }

  /** False where the bytes do not lie as words do. */
  #lookAt(bytes: Uint8Array): boolean {
    if (bytes.byteOffset % WORD !== 0) return false
    this.#seen = bytes
    this.#seenWords = new Int32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / WORD))
    return true
  }
}

function newHead(meaning: HeadMeaning): KnownHead {
  const bytes = new Uint8Array(MAX_LENGTH)
  return { length: 0, bytes, words: new Int32Array(bytes.buffer), mask: new Int32Array(MAX_LENGTH / WORD), meaning }
}

/** A blank might be the edge of a value, which is no part of the value. */
function mayDiffer(bytes: Uint8Array, known: Uint8Array, from: number): boolean {
  for (let at = from; at < from + WORD; at++) {
    const byte = bytes[at] as number
    if (byte !== known[at] && (byte <= SPACE || byte === DELETE)) return false
  }
  return true
}
