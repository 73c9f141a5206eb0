import type { BackendKey } from '#lib/protocol/model.ts'

/** In an outage failures come by the thousand a second: that one goes on is told at most this often. */
const TOLD_EVERY_MS = 250

type Ejection = { until: number; end: NodeJS.Timeout }

/**
 * How long the front door avoids a backend after a failure, computed from what was seen: with `max_fails=1` nginx leaves the backend
 * out for `fail_timeout` (ngx_http_upstream_module, "max_fails"), counted from the last failure.
 */
export class Ejections {
  readonly #changed: () => void
  readonly #running = new Map<BackendKey, Ejection>()
  #rest: NodeJS.Timeout | null = null
  #isUntold = false

  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** The front door saw an attempt at this backend fail; it avoids it for `avoidedMs` from now. */
  failed(backend: BackendKey, avoidedMs: number): void {
    const known = this.#running.get(backend)
    clearTimeout(known?.end)
    const end = setTimeout(() => {
      this.#running.delete(backend)
      this.#changed()
    }, avoidedMs)
    end.unref()
    this.#running.set(backend, { until: Date.now() + avoidedMs, end })
    if (known) this.#tellSoon()
    else this.#changed()
  }

  #tellSoon(): void {
    this.#isUntold = true
    if (this.#rest !== null) return
    this.#tell()
  }

  #tell(): void {
    this.#isUntold = false
    this.#changed()
    this.#rest = setTimeout(() => {
      this.#rest = null
      if (this.#isUntold) this.#tell()
    }, TOLD_EVERY_MS)
    this.#rest.unref()
  }

  /** ISO 8601, or null when the backend is not avoided. */
  until(backend: BackendKey): string | null {
    const until = this.#running.get(backend)?.until
    return until === undefined ? null : new Date(until).toISOString()
  }

  /** A new generation begins with none: nginx forgets failures with a reload. */
  clear(): void {
    for (const { end } of this.#running.values()) clearTimeout(end)
    this.#running.clear()
    if (this.#rest !== null) clearTimeout(this.#rest)
    this.#rest = null
    this.#isUntold = false
  }
}
