import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError } from '#lib/protocol/problem.ts'
import { type BalancerProcess, startBalancerProcess } from './balancer/balancer-process.ts'
import { checkPolicy, checkServers } from './check-servers.ts'
import {
  DEFAULT_POLICY,
  type FrontDoor,
  type FrontDoorListener,
  type Policy,
  type UpstreamServer,
} from './front-door.ts'
import { inTurn } from './in-turn.ts'
import type { Keeper, Log } from './keeper.ts'
import { claimPort, PortBusyError } from './listen-port.ts'

export type BalancerOptions = {
  keeper: Keeper
  /** 0: any free one. */
  port: number
  log: Log
}

type List = { generation: string; servers: UpstreamServer[]; policy: Policy }

const HOST = '127.0.0.1'
const VERSION = '1'
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000
const COME_BACK_DEADLINE_MS = 5_000
/** The longest that a request may go on by a list that was replaced: its attempts and their last read. */
const SETTLE_DEADLINE_MS = 11_000

const notReached = (stage: 'listed' | 'reloaded', error: unknown): ProblemError => {
  const cause = error instanceof Error ? error.message : String(error)
  return new ProblemError('not-reached', `The front door did not take over the list: ${cause}`, { stage, cause })
}

/**
 * The built-in balancer as the front door, for a machine without nginx: a process of its own that balances, counts failures
 * and retries as nginx does. An empty list at first; a new list cuts nothing. Throws PortBusyError.
 */
export async function openBalancer({ keeper, port: wanted, log }: BalancerOptions): Promise<FrontDoor> {
  const holder = randomBytes(3).toString('hex')
  const listeners = new Set<FrontDoorListener>()
  const takeTurn = inTurn()
  let number = 0
  let port = wanted
  let status: 'starting' | 'up' | 'down' = 'starting'
  let child: BalancerProcess | null = null
  let settledBy = ''
  let pauseMs = FIRST_PAUSE_MS
  let closing: Promise<void> | null = null
  let live: List = { generation: `${holder}-${++number}`, servers: [], policy: DEFAULT_POLICY }

  const set = (next: typeof status): void => {
    if (status === next) return
    status = next
    for (const listener of listeners) listener.changed()
  }

  const give = async (to: BalancerProcess, list: List): Promise<void> => {
    await to.tell({ do: 'apply', ...list }, (report) => {
      return report.event === 'applied' && report.generation === list.generation
    })
  }

  async function start(): Promise<void> {
    const begun = await startBalancerProcess((report) => {
      if (report.event === 'settled') settledBy = report.generation
    })
    const { pid } = begun
    if (pid !== null) keeper.guard(pid)
    begun.ended.then((cause) => {
      if (pid !== null) keeper.release(pid)
      if (child === begun) ended(cause)
    })
    try {
      await give(begun, live)
      const report = await begun.tell(
        { do: 'listen', host: HOST, port },
        ({ event }) => event === 'listening' || event === 'not-listening',
      )
      if (report.event === 'not-listening') throw new PortBusyError(port, report.code)
      if (report.event === 'listening') port = report.port
    } catch (error) {
      await begun.close()
      throw error
    }
    child = begun
    pauseMs = FIRST_PAUSE_MS
    set('up')
  }

  /** The process that runs, or the one that comes after it. */
  async function present(): Promise<BalancerProcess> {
    const deadline = performance.now() + COME_BACK_DEADLINE_MS
    while (!child && !closing && performance.now() < deadline) await sleep(10)
    if (!child) throw new Error('its process is being started again')
    return child
  }

  function ended(cause: string): void {
    child = null
    if (closing) return
    log('balancer-ended', { cause })
    set('down')
    void comeBack()
  }

  async function comeBack(): Promise<void> {
    while (!closing) {
      await sleep(pauseMs, undefined, { ref: false })
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      if (closing) return
      try {
        return await start()
      } catch (error) {
        log('balancer-not-started', { cause: error instanceof Error ? error.message : String(error) })
      }
    }
  }

  async function apply(servers: UpstreamServer[], policy: Policy): Promise<string> {
    const next = { generation: `${holder}-${++number}`, servers, policy }
    try {
      checkServers(servers)
      checkPolicy(policy)
    } catch (error) {
      throw notReached('listed', error)
    }
    try {
      await give(await present(), next)
    } catch (error) {
      throw notReached('reloaded', error)
    }
    live = next
    return next.generation
  }

  async function settled(): Promise<void> {
    const deadline = performance.now() + SETTLE_DEADLINE_MS
    while (child && settledBy !== live.generation && performance.now() < deadline) await sleep(10)
  }

  async function close(): Promise<void> {
    set('down')
    listeners.clear()
    await child?.close()
  }

  await claimPort(wanted)
  await start()
  return {
    kind: 'built-in',
    version: VERSION,
    url: `http://localhost:${port}`,
    status: () => status,
    generation: () => live.generation,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    target: () => ({ host: HOST, port }),
    apply: (servers, policy) => takeTurn(() => apply(servers, policy)),
    settled,
    reloadMayCut: () => false,
    close() {
      closing ??= close()
      return closing
    },
  }
}
