import type { IncomingMessage } from 'node:http'
import type { Log } from '#lib/concurrency/log.ts'

const MOST_PER_SECOND = 5
const SHOWN_CHARACTERS = 120

/** One line for each refused request; beyond five a second only their number is told: a flood must not fill the log. */
export class RefusalLog {
  readonly #log: Log
  readonly #now: () => number
  #windowStart = Number.NEGATIVE_INFINITY
  #lines = 0
  #leftOut = 0

  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log
    this.#now = now
  }

  refused(code: string, request: IncomingMessage): void {
    const now = this.#now()
    if (now - this.#windowStart >= 1_000) {
      this.#windowStart = now
      this.#lines = 0
    }
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
      ...(this.#leftOut === 0 ? {} : { leftOut: this.#leftOut }),
    })
    this.#leftOut = 0
  }
}

/** A stranger's words in a log: printable ones of ASCII only, cut short. */
const shown = (text: string): string => text.slice(0, SHOWN_CHARACTERS).replace(/[^\x20-\x7e]/g, '?')
