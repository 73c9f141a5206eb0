import { randomBytes } from 'node:crypto'
import { pause } from '#lib/concurrency/abortable.ts'
import { Listeners } from '#lib/concurrency/listeners.ts'
import type { Log } from '#lib/concurrency/log.ts'
import { Slots } from '#lib/concurrency/slots.ts'
import type { Guardian } from '#lib/guardian/guardian.ts'
import { type Configuration, DEFAULT_POLICY } from '#lib/protocol/configuration.ts'
import { notReached } from '#lib/protocol/problem.ts'
import { type BalancerProcess, startBalancerProcess } from './balancer/balancer-process.ts'
import { comeBack } from './come-back.ts'
import { checkPolicy, checkServers, configurationOf } from './configuration.ts'
import type { FrontDoor, FrontDoorListener } from './front-door.ts'
import { Generations } from './generations.ts'
import { claimPort, PortBusyError } from './listen-port.ts'

export type BalancerOptions = {
  guardian: Guardian
  /** 0: any free one. */
  port: number
  log: Log
}

type Live = { generation: string; configuration: Configuration }

const HOST = '127.0.0.1'
const VERSION = '1'
const COME_BACK_DEADLINE_MS = 5_000
const NOT_TAKEN_OVER = 'The front door did not take over the list'

/**
 * The built-in balancer as the front door, for a machine without nginx: a process of its own that balances, counts failures
 * and retries as nginx does. An empty list at first; a new list cuts nothing. Throws PortBusyError.
 */
export async function openBalancer({ guardian, port: wanted, log }: BalancerOptions): Promise<FrontDoor> {
  const generations = new Generations(randomBytes(3).toString('hex'))
  const listeners = new Listeners<FrontDoorListener>()
  const inOrder = new Slots(1)
  const closed = new AbortController()
  const empty = configurationOf(DEFAULT_POLICY, [])
  let port = wanted
  let status: 'starting' | 'up' | 'down' = 'starting'
  let child: BalancerProcess | null = null
  /** Generations that requests are still under way by. */
  let old = new Set<string>()
  let closing: Promise<void> | null = null
  /** The process may or may not have taken over what it was given last. */
  let isUnknown = false
  let live: Live = { generation: generations.next(empty), configuration: empty }

  const changed = (): void => listeners.tell((listener) => listener.changed())
  const set = (next: typeof status): void => {
    if (status === next) return
    status = next
    changed()
  }

  const give = async (to: BalancerProcess, next: Live): Promise<void> => {
    await to.tell({ do: 'apply', ...next }, (report) => {
      return report.event === 'applied' && report.generation === next.generation
    })
  }

  async function start(): Promise<void> {
    const begun = await startBalancerProcess((report) => {
      if (report.event === 'applied') old = new Set(report.old)
      if (report.event !== 'old') return
      old = new Set(report.generations)
      changed()
    })
    const { pid } = begun
    if (pid !== null) guardian.guard(pid)
    begun.ended.then((cause) => {
      if (pid !== null) guardian.release(pid)
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
      closed.signal.throwIfAborted()
    } catch (error) {
      await begun.close()
      throw error
    }
    child = begun
    isUnknown = false
    set('up')
  }

  /** The process that runs, or the next one. */
  async function present(): Promise<BalancerProcess> {
    const deadline = performance.now() + COME_BACK_DEADLINE_MS
    while (!child && !closing && performance.now() < deadline) await pause(10)
    if (!child) throw new Error(closing ? 'it is being closed' : 'its process is being started again')
    return child
  }

  function ended(cause: string): void {
    child = null
    old.clear()
    if (closing) return
    log('balancer-ended', { cause })
    set('down')
    void comeBack(start, closed.signal, log, 'balancer-not-started')
  }

  async function apply(configuration: Configuration): Promise<string> {
    try {
      checkServers(configuration.servers)
      checkPolicy(configuration.policy)
      refuseUnknown(configuration)
    } catch (error) {
      throw notReached('listed', 'The front door refused the list', error)
    }
    const next = { generation: generations.next(configuration), configuration }
    try {
      await give(await present(), next)
    } catch (error) {
      // A process that was late may take it over still.
      isUnknown = true
      changed()
      throw notReached('reloaded', NOT_TAKEN_OVER, error)
    }
    live = next
    isUnknown = false
    return next.generation
  }

  async function close(): Promise<void> {
    closed.abort()
    set('down')
    listeners.clear()
    await child?.close()
  }

  const hasIn = (configuration: Configuration | null, backend: string): boolean =>
    configuration?.servers.some((server) => server.backend === backend && server.state === 'in') ?? false

  await claimPort(wanted)
  await start()
  return {
    kind: 'built-in',
    version: VERSION,
    url: `http://localhost:${port}`,
    status: () => status,
    subscribe: listeners.subscribe,
    target: () => ({ host: HOST, port }),
    membership: {
      generation: () => (isUnknown ? null : live.generation),
      configuration: () => live.configuration,
      configurationOf: (generation) => generations.of(generation),
      apply: (configuration) => inOrder.run(() => apply(configuration)),
      mayReach: (backend) =>
        isUnknown ||
        hasIn(live.configuration, backend) ||
        [...old].some((generation) => hasIn(generations.of(generation), backend)),
      reloadMayCut: () => false,
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

/** Throws RangeError on what nginx knows and this balancer does not. */
function refuseUnknown({ servers }: Configuration): void {
  if (servers.some(({ maxConns }) => maxConns > 0)) throw new RangeError('the built-in balancer has no max_conns')
  if (servers.some(({ backup }) => backup)) throw new RangeError('the built-in balancer has no backup servers')
}
