import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { BackendHost, HostedBackend, HostListener } from '../backend-host.ts'
import { refuseUnreachable } from '../reachable.ts'
import { isFrozen } from './frozen.ts'
import { type ServiceChild, startServiceChild } from './service-child.ts'
import { sideBySide } from './side-by-side.ts'

export type EmbeddedHostOptions = {
  /** Ends a process when the dashboard is gone in a way that lets it end nothing itself: a Keeper. */
  keeper: { guard(pid: number): void; release(pid: number): void }
  log: (event: string, fields: Record<string, unknown>) => void
  /** The service's entry; by default the project's own. */
  entry?: string
  /** How long one that is retired may finish what it has. */
  graceMs?: number
  /** How long one may take from its start. */
  readyDeadlineMs?: number
}

type Hosted = HostedBackend & { child: ServiceChild; leaving: boolean }

const SERVICE_ENTRY = fileURLToPath(new URL('../../../service/server.ts', import.meta.url))
const GRACE_MS = 8_000
/** Its own grace is over by then; whoever has not ended is ended. */
const AFTER_GRACE_MS = 1_000
const READY_DEADLINE_MS = 15_000
const CLOSE_GRACE_MS = 500
/** Starting is work for the processor: more at once would only make each of them late. */
const SIDE_BY_SIDE = Math.max(4, availableParallelism() * 2)
const LOOK_EVERY_MS = 1_000
const KEPT_ADDRESSES = 1_000

/** Backends as child processes on loopback ports that the system gives. One that dies stays, `down`: a fault is not undone. */
export async function openEmbeddedHost(options: EmbeddedHostOptions): Promise<BackendHost> {
  const { keeper, log, entry = SERVICE_ENTRY, graceMs = GRACE_MS, readyDeadlineMs = READY_DEADLINE_MS } = options
  const hosted = new Map<string, Hosted>()
  const addresses = new Map<string, string>()
  const listeners = new Set<HostListener>()
  let closing: Promise<void> | null = null

  const changed = (): void => {
    for (const listener of listeners) listener.changed()
  }

  const set = (one: Hosted, state: HostedBackend['state']): void => {
    if (one.state === state || !hosted.has(one.backend)) return
    one.state = state
    changed()
  }

  const remember = (address: string, backend: string): void => {
    addresses.delete(address)
    addresses.set(address, backend)
    const oldest = addresses.keys().next().value
    if (addresses.size > KEPT_ADDRESSES && oldest !== undefined) addresses.delete(oldest)
  }

  function begin(number: number): Hosted {
    const backend = randomBytes(6).toString('hex')
    const child = startServiceChild(entry, backend, { graceMs, readyDeadlineMs })
    const one: Hosted = { backend, number, address: null, state: 'starting', child, leaving: false }
    const { pid } = child
    hosted.set(backend, one)
    if (pid !== null) keeper.guard(pid)
    void child.ended.then(() => {
      if (pid !== null) keeper.release(pid)
      if (one.leaving) return
      log('backend-ended', { backend, number })
      set(one, 'down')
    })
    return one
  }

  async function becomeReady(one: Hosted, calledOff: Promise<never>): Promise<void> {
    const port = await Promise.race([one.child.ready, calledOff])
    one.address = `127.0.0.1:${port}`
    remember(one.address, one.backend)
    set(one, 'up')
  }

  async function remove(one: Hosted, withinMs: number): Promise<void> {
    one.leaving = true
    await one.child.end(withinMs)
    hosted.delete(one.backend)
    changed()
  }

  async function raise(count: number, signal: AbortSignal): Promise<HostedBackend[]> {
    signal.throwIfAborted()
    if (closing) throw new ProblemError('not-reached', 'The cluster is being closed', { stage: 'create' })
    const first = Math.max(0, ...[...hosted.values()].map((one) => one.number)) + 1
    const raised: Hosted[] = []
    const calledOff = Promise.withResolvers<never>()
    const callOff = (): void => calledOff.reject(signal.reason)
    signal.addEventListener('abort', callOff, { once: true })
    try {
      await sideBySide(count, SIDE_BY_SIDE, async (index) => {
        const one = begin(first + index)
        raised.push(one)
        changed()
        await becomeReady(one, calledOff.promise)
      })
      return raised.map(view)
    } catch (error) {
      await Promise.all(raised.map((one) => remove(one, 0)))
      if (signal.aborted) throw signal.reason
      throw notReady(error)
    } finally {
      signal.removeEventListener('abort', callOff)
    }
  }

  async function look(): Promise<void> {
    for (const one of [...hosted.values()]) {
      if ((one.state !== 'up' && one.state !== 'paused') || one.child.pid === null) continue
      const frozen = await isFrozen(one.child.pid)
      if (one.state === 'up' || one.state === 'paused') set(one, frozen ? 'paused' : 'up')
    }
  }
  const looking = setInterval(look, LOOK_EVERY_MS)
  looking.unref()

  async function close(): Promise<void> {
    clearInterval(looking)
    listeners.clear()
    await Promise.all([...hosted.values()].map((one) => remove(one, CLOSE_GRACE_MS)))
  }

  return {
    backends: () => [...hosted.values()].map(view).sort((a, b) => a.number - b.number),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    raise,
    async retire(backend) {
      const one = hosted.get(backend)
      if (one) await remove(one, graceMs + AFTER_GRACE_MS)
    },
    async command(backend, command) {
      const one = hosted.get(backend)
      refuseUnreachable(one, backend)
      return one.child.command(command)
    },
    backendAt: (address) => addresses.get(address) ?? null,
    close() {
      closing ??= close()
      return closing
    },
  }
}

const view = ({ backend, number, address, state }: Hosted): HostedBackend => ({ backend, number, address, state })

function notReady(error: unknown): ProblemError {
  const cause = error instanceof Error ? error.message : String(error)
  const stage = cause.startsWith('it could not be started') ? 'start' : 'ready'
  return new ProblemError('not-reached', `A backend did not get ready: ${cause}`, { stage, cause })
}
