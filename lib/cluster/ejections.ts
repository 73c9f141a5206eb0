import type { BackendKey } from '#lib/protocol/model.ts'

/**
 * How long the front door avoids a backend after a failure, computed from what was seen: with `max_fails=1` nginx leaves the backend
 * out for `fail_timeout` (ngx_http_upstream_module, "max_fails").
 */
export class Ejections {
  readonly #changed: () => void
  readonly #running = new Map<BackendKey, { until: number; timer: NodeJS.Timeout }>()

  constructor(changed: () => void) {
    this.#changed = changed
  }

  failed(backend: BackendKey, avoidedMs: number): void {
    const known = this.#running.get(backend)
    clearTimeout(known?.timer)
    const timer = setTimeout(() => {
      this.#running.delete(backend)
      this.#changed()
    }, avoidedMs)
    timer.unref()
    this.#running.set(backend, { until: Date.now() + avoidedMs, timer })
    this.#changed()
  }

  /** ISO 8601, or null when the backend is not avoided. */
  until(backend: BackendKey): string | null {
    const until = this.#running.get(backend)?.until
    return until === undefined ? null : new Date(until).toISOString()
  }

  /** A new generation begins with none: nginx forgets failures with a reload. */
  clear(): void {
    for (const { timer } of this.#running.values()) clearTimeout(timer)
    this.#running.clear()
  }
}
