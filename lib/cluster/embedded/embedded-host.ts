import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { untilAborted } from '#lib/concurrency/abortable.ts'
import { Listeners } from '#lib/concurrency/listeners.ts'
import type { Log } from '#lib/concurrency/log.ts'
import { Slots } from '#lib/concurrency/slots.ts'
import type { Guardian } from '#lib/guardian/guardian.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { AddressBook, oneAddressEach } from '../addresses.ts'
import type { BackendHost, HostedBackend, HostedState, HostListener } from '../backend-host.ts'
import { refuseUnreachable } from '../refusals.ts'
import { type ServiceChild, startServiceChild } from './service-child.ts'

export type EmbeddedHostOptions = {
  /** Ends the children when the dashboard is gone in a way that lets it end nothing itself. */
  guardian: Pick<Guardian, 'guard' | 'release'>
  log: Log
  /** The service's entry; by default the project's own. */
  entry?: string
  /** How long a backend that is stopped may finish what it has. */
  graceMs?: number
  /** How long a backend may take from its start. */
  readyDeadlineMs?: number
}

type EmbeddedBackend = HostedBackend & { child: ServiceChild; ending: Promise<void> | null }

const SERVICE_ENTRY = fileURLToPath(new URL('../../../service/server.ts', import.meta.url))
const GRACE_MS = 8_000
/** The backend's own grace is over by then; a process that has not ended is killed. */
const AFTER_GRACE_MS = 1_000
const READY_DEADLINE_MS = 15_000
const CLOSE_GRACE_MS = 500
/** Starting is work for the processor: more at once would only make each of them late. */
const SIDE_BY_SIDE = Math.max(4, availableParallelism() * 2)
const LOOK_EVERY_MS = 1_000

/** Backends as child processes on loopback ports that the system gives. A backend that dies stays, `down`: a fault is not undone. */
export async function openEmbeddedHost(options: EmbeddedHostOptions): Promise<BackendHost> {
  const { guardian, log, entry = SERVICE_ENTRY, graceMs = GRACE_MS, readyDeadlineMs = READY_DEADLINE_MS } = options
  const all = new Map<BackendKey, EmbeddedBackend>()
  const book = new AddressBook()
  const listeners = new Listeners<HostListener>()
  const slots = new Slots(SIDE_BY_SIDE)
  let closing: Promise<void> | null = null

  const changed = (): void => listeners.tell((listener) => listener.changed())

  const set = (one: EmbeddedBackend, state: HostedState): void => {
    if (one.state === state || !all.has(one.backend)) return
    one.state = state
    changed()
  }

  function begin(): EmbeddedBackend {
    const backend = randomBytes(6).toString('hex')
    const number = Math.max(0, ...[...all.values()].map((one) => one.number)) + 1
    const child = startServiceChild(entry, backend, { graceMs, readyDeadlineMs })
    const shown = { backend, number, address: null, state: 'starting', raising: true } as const
    const one: EmbeddedBackend = { ...shown, child, ending: null }
    const { pid } = child
    all.set(backend, one)
    if (pid !== null) guardian.guard(pid)
    void child.ended.then(() => {
      if (pid !== null) guardian.release(pid)
      if (one.ending) return
      log('backend-ended', { backend, number })
      set(one, 'down')
    })
    changed()
    return one
  }

  /** `stopping` until it is gone. */
  function end(one: EmbeddedBackend, withinMs: number): Promise<void> {
    one.ending ??= one.child.end(withinMs).then(() => {
      all.delete(one.backend)
      changed()
    })
    if (!one.raising) set(one, 'stopping')
    return one.ending
  }

  async function bringUp(signal: AbortSignal): Promise<BackendKey> {
    refuseWhileClosing()
    const one = begin()
    try {
      const port = await untilAborted(one.child.ready, signal)
      refuseWhileClosing()
      one.address = `127.0.0.1:${port}`
      book.note(one.address, one.backend)
      one.raising = false
      set(one, 'up')
      return one.backend
    } catch (error) {
      await end(one, 0)
      signal.throwIfAborted()
      refuseWhileClosing()
      throw notReady(error)
    }
  }

  function refuseWhileClosing(): void {
    if (closing) throw new ProblemError('not-reached', 'The cluster is being closed.', { stage: 'create' })
  }

  function backends(): HostedBackend[] {
    const sorted = [...all.values()].sort((one, other) => one.number - other.number)
    const addresses = oneAddressEach(
      sorted.map(({ address, state }) => ({ live: state === 'down' ? null : address, last: address })),
    )
    return sorted.map(({ backend, number, state, raising }, index) => {
      return { backend, number, address: addresses[index] ?? null, state, raising }
    })
  }

  async function look(): Promise<void> {
    for (const one of [...all.values()]) {
      if (one.state !== 'up' && one.state !== 'paused') continue
      const isFrozen = await one.child.isFrozen()
      if (one.state === 'up' || one.state === 'paused') set(one, isFrozen ? 'paused' : 'up')
    }
  }
  const looking = setInterval(look, LOOK_EVERY_MS)
  looking.unref()

  async function close(): Promise<void> {
    clearInterval(looking)
    listeners.clear()
    await Promise.all([...all.values()].map((one) => end(one, CLOSE_GRACE_MS)))
  }

  return {
    backends,
    subscribe: listeners.subscribe,
    async raise(signal) {
      signal.throwIfAborted()
      refuseWhileClosing()
      return slots.run(() => bringUp(signal), signal)
    },
    async stop(backend) {
      const one = all.get(backend)
      if (one) await end(one, graceMs + AFTER_GRACE_MS)
    },
    async command(backend, command) {
      const one = all.get(backend)
      refuseUnreachable(one, backend)
      return one.child.command(command)
    },
    backendAt: (address) => book.backendAt(address),
    close() {
      closing ??= close()
      return closing
    },
  }
}

function notReady(error: unknown): ProblemError {
  const cause = error instanceof Error ? error.message : String(error)
  const stage = cause.startsWith('it could not be started') ? 'start' : 'ready'
  return new ProblemError('not-reached', `A backend did not get ready: ${cause}`, { stage, cause })
}
