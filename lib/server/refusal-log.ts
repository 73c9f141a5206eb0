import type { IncomingMessage } from 'node:http'
import type { Log } from '#lib/concurrency/log.ts'

const MOST_PER_SECOND = 5
const WINDOW_MS = 1_000
const SHOWN_CHARACTERS = 120

/** One line for each refused request; beyond five a second only their number is told: a flood must not fill the log. */
export class RefusalLog {
  readonly #log: Log
  #window: NodeJS.Timeout | null = null
  #lines = 0
  #leftOut = 0

  constructor(log: Log) {
    this.#log = log
  }

  refused(code: string, request: IncomingMessage): void {
    this.#window ??= setTimeout(() => this.#endWindow(), WINDOW_MS).unref()
    if (this.#lines >= MOST_PER_SECOND) {
      this.#leftOut++
      return
    }
    this.#lines++
    const { method, url, headers } = request
    this.#log('request-refused', {
      code,
      request: shown(`${method} ${url?.split('?')[0]}`),
      ...(headers.host === undefined ? {} : { host: shown(headers.host) }),
      ...(headers.origin === undefined ? {} : { origin: shown(headers.origin) }),
    })
  }

  /** Tells by itself what it left out: no other refusal may follow. */
  #endWindow(): void {
    if (this.#leftOut > 0) this.#log('refusals-left-out', { count: this.#leftOut })
    this.#window = null
    this.#lines = 0
    this.#leftOut = 0
  }
}

/** A stranger's words in a log: printable ones of ASCII only, cut short. */
const shown = (text: string): string => text.slice(0, SHOWN_CHARACTERS).replace(/[^\x20-\x7e]/g, '?')
