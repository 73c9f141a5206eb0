import { EventEmitter } from 'node:events'
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

const LONGEST_LINE_BYTES = 65_536
const LONGEST_OUTPUT_BYTES = 65_536

type Sink = { write(payload: Buffer): void }
/**
 * Takes the engine's log stream apart (Engine API, "Stream format") into standard output and standard error; docker-modem has it. The
 * bytes of a container with a terminal have no such headers and count as standard output.
 */
export type Demultiplex = (source: EventEmitter, stdout: Sink, stderr: Sink) => void

/** The lines of a log stream, whose bytes come in any pieces. A line beyond 64 KB is cut there. */
export class LogLines {
  readonly #source = new EventEmitter()
  readonly #streams = [
    new StreamLines((line) => this.#take(line)),
    new StreamLines((line) => this.#take(line)),
  ] as const
  #lines: string[] = []

  constructor(demultiplex: Demultiplex) {
    demultiplex(this.#source, ...this.#streams)
  }

  /** Returns the lines that became whole with these bytes, in order. */
  take(chunk: Buffer): string[] {
    this.#source.emit('data', chunk)
    const lines = this.#lines
    this.#lines = []
    return lines
  }

  /** What is left when the stream has ended: lines without an end. */
  rest(): string[] {
    return this.#streams.map((stream) => stream.rest()).filter((line) => line !== '')
  }

  /** All lines until the stream ends, at most 64 KB of them. */
  async readAll(stream: Readable): Promise<string[]> {
    const lines: string[] = []
    let bytes = 0
    for await (const chunk of stream) {
      bytes += chunk.length
      if (bytes > LONGEST_OUTPUT_BYTES) break
      lines.push(...this.take(chunk))
    }
    return [...lines, ...this.rest()]
  }

  #take(line: string): void {
    this.#lines.push(line)
  }
}

class StreamLines implements Sink {
  readonly #whole: (line: string) => void
  readonly #decoder = new StringDecoder('utf8')
  #text = ''

  constructor(whole: (line: string) => void) {
    this.#whole = whole
  }

  write(payload: Buffer): void {
    const parts = (this.#text + this.#decoder.write(payload)).split('\n')
    this.#text = (parts.pop() ?? '').slice(0, LONGEST_LINE_BYTES)
    for (const part of parts) this.#whole(part.slice(0, LONGEST_LINE_BYTES).replace(/\r$/, ''))
  }

  rest(): string {
    return this.#text
  }
}
