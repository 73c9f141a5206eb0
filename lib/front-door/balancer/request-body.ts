import type { ClientRequest, IncomingMessage } from 'node:http'

/** A body up to this size can be sent again to another backend; the same as nginx's client_body_buffer_size here. */
const KEPT_BYTES = 65_536

/** A request's body on its way to one backend after the other, as it arrives and no faster than it is taken. */
export class RequestBody {
  readonly #request: IncomingMessage
  #kept: Buffer[] = []
  #keptBytes = 0
  #replayable = true
  #listening = false
  #ended = false
  #sink: ClientRequest | null = null

  constructor(request: IncomingMessage) {
    this.#request = request
  }

  /** Whether all that was taken from the client so far could be sent once more. */
  get replayable(): boolean {
    return this.#replayable
  }

  /** Whether the next piece is the client's to send. */
  get isWaiting(): boolean {
    return this.#listening && !this.#ended && !this.#request.isPaused()
  }

  sendTo(sink: ClientRequest): void {
    this.#sink = sink
    for (const chunk of this.#kept) sink.write(chunk)
    if (this.#ended) sink.end()
    else if (this.#listening) this.#request.resume()
    else this.#listen()
  }

  /** The backend failed: what comes next waits for another. */
  hold(): void {
    this.#sink = null
    if (this.#listening && !this.#ended) this.#request.pause()
  }

  /** Nobody wants the rest; a backend that was still to get it is let go. */
  drop(): void {
    if (this.#sink && !this.#ended) this.#sink.destroy()
    this.#sink = null
    this.#replayable = false
    this.#kept = []
    this.#request.resume()
  }

  #listen(): void {
    this.#listening = true
    this.#request.on('data', (chunk: Buffer) => this.#take(chunk))
    this.#request.once('end', () => {
      this.#ended = true
      this.#sink?.end()
    })
  }

  #take(chunk: Buffer): void {
    const sink = this.#sink
    if (this.#replayable) {
      this.#keptBytes += chunk.length
      if (this.#keptBytes <= KEPT_BYTES) this.#kept.push(chunk)
      else {
        this.#replayable = false
        this.#kept = []
      }
    }
    if (!sink || sink.write(chunk)) return
    this.#request.pause()
    sink.once('drain', () => {
      if (this.#sink === sink) this.#request.resume()
    })
  }
}
