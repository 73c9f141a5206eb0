const SIZE = 0
const BEFORE_EXTENSION = 1
const EXTENSION = 2
const SIZE_LF = 3
const CONTENT = 4
const CONTENT_CR = 5
const CONTENT_LF = 6

const MAX_SIZE_DIGITS = 8
/** Of one size line; longer extensions have no use and would be a way to send without end. */
const MAX_EXTENSION_BYTES = 4_096

const hexValue = (byte: number): number => {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 0x20
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

type Keeper = { keep(bytes: Buffer, from: number, to: number): boolean }

/** The chunked transfer coding, RFC 9112 section 7.1, up to the last chunk; extensions (7.1.1) are passed over. */
export class ChunkedBody {
  /** The last chunk's line was read; trailers follow. */
  isDone = false
  isTooLarge = false
  #state = SIZE
  #left = 0
  #digits = 0
  #extension = 0

  begin(): void {
    this.isDone = false
    this.isTooLarge = false
    this.#state = SIZE
    this.#left = 0
    this.#digits = 0
  }

  /** Hands content to `keeper`. The index up to which bytes were taken, or -1: refused. */
  take(bytes: Buffer, from: number, to: number, keeper: Keeper): number {
    let at = from
    while (at < to && !this.isDone) {
      if (this.#state === CONTENT) {
        const length = Math.min(to - at, this.#left)
        if (!keeper.keep(bytes, at, at + length)) {
          this.isTooLarge = true
          return -1
        }
        at += length
        this.#left -= length
        if (this.#left === 0) this.#state = CONTENT_CR
      } else if (!this.#takeByte(bytes[at++] as number)) return -1
    }
    return at
  }

  #takeByte(byte: number): boolean {
    switch (this.#state) {
      case SIZE: {
        const digit = hexValue(byte)
        if (digit < 0) return this.#digits > 0 && this.#afterSize(byte)
        this.#left = this.#left * 16 + digit
        return ++this.#digits <= MAX_SIZE_DIGITS
      }
      case BEFORE_EXTENSION:
        return ++this.#extension <= MAX_EXTENSION_BYTES && byte !== 13 && this.#afterSize(byte)
      case EXTENSION:
        if (byte === 13) this.#state = SIZE_LF
        else if ((byte < 32 && byte !== 9) || byte === 127) return false
        return ++this.#extension <= MAX_EXTENSION_BYTES
      case SIZE_LF:
        if (byte !== 10) return false
        if (this.#left === 0) this.isDone = true
        else this.#state = CONTENT
        return true
      case CONTENT_CR:
        this.#state = CONTENT_LF
        return byte === 13
      default:
        this.#state = SIZE
        this.#digits = 0
        return byte === 10
    }
  }

  #afterSize(byte: number): boolean {
    if (this.#state === SIZE) this.#extension = 0
    if (byte === 13) this.#state = SIZE_LF
    else if (byte === 59) this.#state = EXTENSION
    else if (byte === 32 || byte === 9) this.#state = BEFORE_EXTENSION
    else return false
    return true
  }
}
