import { pause, untilAborted } from '#lib/concurrency/abortable.ts'
import type { Log } from '#lib/concurrency/log.ts'
import { DEFAULT_POLICY } from '#lib/protocol/configuration.ts'
import { askFrontDoor } from './ask-front-door.ts'
import { leaseOf } from './candidates.ts'
import { capabilities } from './capabilities.ts'
import type { Written } from './in-force.ts'
import { DNS_GENERATION, type ListOwnership } from './list-ownership.ts'
import type { NginxApply } from './nginx-apply.ts'
import type { NginxControl } from './nginx-control.ts'
import { renderNginxConfiguration } from './render.ts'

export type SharedListOptions = {
  control: NginxControl
  ownership: ListOwnership
  nginx: NginxApply
  dnsList: () => Written
  log: Log
}

/** The front door's start script takes the list back 15 s after the last renewal. */
const RENEW_LEASE_MS = 5_000
const RETRY_LEASE_MS = 1_000
/** 5 s, this and a second for the next try: below the lease's 15 s even when a renewal hangs. */
const RENEWAL_DEADLINE_MS = 3_000
/** Where the engine does not answer, the lease hands the list back. */
const HAND_BACK_DEADLINE_MS = 5_000
/** Docker's own resolver, the same in every container. */
const RESOLVER = '127.0.0.11'

/** What belongs to a list that another dashboard may write next: the lease that is renewed, and the DNS list that is handed back. */
export class SharedList {
  readonly #options: SharedListOptions
  readonly #closed = new AbortController()
  readonly #renewing: Promise<void>

  constructor(options: SharedListOptions) {
    this.#options = options
    this.#renewing = this.#renew()
  }

  /** Puts the DNS list in force, so that whoever looks next finds the list free. Nothing to do for a list that is not ours. */
  async handBack(): Promise<void> {
    const { control, ownership, nginx, dnsList } = this.#options
    const answer = await askFrontDoor(control.target())
    if (answer?.generation) ownership.saw(answer.generation)
    if (!this.#isOurs()) return
    const signal = AbortSignal.timeout(HAND_BACK_DEADLINE_MS)
    await nginx.reload(dnsList(), signal)
    await nginx.confirm(DNS_GENERATION, signal)
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await this.#renewing
  }

  #isOurs(): boolean {
    const { control, ownership, nginx } = this.#options
    return ownership.owner().mine && nginx.inForce.written !== null && control.runs()
  }

  async #renew(): Promise<void> {
    const { control, nginx, ownership, log } = this.#options
    let waitMs = RENEW_LEASE_MS
    while (!this.#closed.signal.aborted) {
      await pause(waitMs, this.#closed.signal)
      waitMs = RENEW_LEASE_MS
      if (this.#closed.signal.aborted || !this.#isOurs()) continue
      const text = leaseOf(ownership.owner().name, nginx.inForce.generation)
      const renewal = control.put([{ name: 'lease', text }])
      const late = AbortSignal.any([AbortSignal.timeout(RENEWAL_DEADLINE_MS), this.#closed.signal])
      await untilAborted(renewal, late).catch((error: unknown) => {
        if (this.#closed.signal.aborted) return
        waitMs = RETRY_LEASE_MS
        log('lease-not-renewed', { error: String(error) })
      })
    }
  }
}

/** The list that the front door starts with: whatever backends bear the name. */
export function dnsListOf(control: NginxControl, byName: { host: string; port: number }, version: string): Written {
  const text = renderNginxConfiguration({
    generation: DNS_GENERATION,
    upstream: { by: 'name', ...byName, resolver: RESOLVER },
    policy: DEFAULT_POLICY,
    capabilities: capabilities(version),
    listen: control.listen,
  })
  return { generation: DNS_GENERATION, text, configuration: null }
}
