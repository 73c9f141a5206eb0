const HEADER_BYTES = 8
const LONGEST_LINE_BYTES = 65_536

/**
 * Takes the engine's log stream apart (Engine API, "Stream format": 1 byte stream, 3 zero bytes, 4 bytes length, payload) into lines.
 * A container with a TTY has no such headers; its bytes are taken as they are. A line beyond 64 KB is cut there.
 */
export class LogLines {
  #bytes: Buffer = Buffer.alloc(0)
  #text: [string, string] = ['', '']
  #raw: boolean | null = null

  /** Returns the lines that became whole with these bytes, in order. */
  take(chunk: Buffer): string[] {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    const lines: string[] = []
    while (this.#bytes.length > 0) {
      if (this.#raw === null) {
        if (this.#bytes.length < 4) break
        this.#raw = !((this.#bytes[0] ?? 9) <= 2 && this.#bytes.readUIntBE(1, 3) === 0)
      }
      if (this.#raw) {
        this.#split(0, this.#bytes, lines)
        this.#bytes = Buffer.alloc(0)
        break
      }
      if (this.#bytes.length < HEADER_BYTES) break
      const end = HEADER_BYTES + this.#bytes.readUInt32BE(4)
      if (this.#bytes.length < end) break
      this.#split(this.#bytes[0] === 2 ? 1 : 0, this.#bytes.subarray(HEADER_BYTES, end), lines)
      this.#bytes = this.#bytes.subarray(end)
    }
    return lines
  }

  /** What is left when the stream has ended: lines without an end. */
  rest(): string[] {
    return this.#text.filter((line) => line !== '')
  }

  #split(stream: 0 | 1, payload: Buffer, lines: string[]): void {
    const parts = (this.#text[stream] + payload.toString('utf8')).split('\n')
    this.#text[stream] = (parts.pop() ?? '').slice(0, LONGEST_LINE_BYTES)
    for (const part of parts) lines.push(part.slice(0, LONGEST_LINE_BYTES).replace(/\r$/, ''))
  }
}
