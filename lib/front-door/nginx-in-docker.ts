import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError } from '#lib/protocol/problem.ts'
import { askGeneration } from './ask-generation.ts'
import { capabilities } from './capabilities.ts'
import { whereaboutsIn, workersIn } from './container-workers.ts'
import { dockerLists } from './docker-lists.ts'
import type { FrontDoor, FrontDoorListener, Policy, UpstreamServer } from './front-door.ts'
import type { FrontDoorContainer } from './front-door-container.ts'
import { inTurn } from './in-turn.ts'
import { complaintOf } from './nginx-folder.ts'
import { watchOldWorkers } from './old-workers.ts'
import { watchAnswers } from './watch-answers.ts'
import { DNS_GENERATION, type Holder, WheelHolder } from './wheel-holder.ts'

export type NginxInDockerOptions = {
  container: FrontDoorContainer
  /** Where we dial it; by default its port on this machine. Inside the Compose network: front-door:8080. */
  target?: { host: string; port: number } | undefined
  /** Where backends are found by name while nobody keeps a list. */
  backends: { host: string; port: number }
  log: (event: string, fields: Record<string, unknown>) => void
}

/** A front door whose list may be another dashboard's. */
export type SharedFrontDoor = FrontDoor & {
  holder(): Holder
  /** Makes the wheel ours, whoever has it; the listeners are told, and the next list that is applied takes effect. */
  takeOver(): void
}

/** nginx's usual port: for as long as the engine has not told the real one, e.g. while the container is being made. */
const NOWHERE = { host: '127.0.0.1', port: 8080 }
const RENEW_LEASE_MS = 5_000
const CONFIRM_DEADLINE_MS = 5_000
const CONFIRM_EVERY_MS = 10
/** `ps` runs on the engine's machine each time. */
const LOOK_AT_WORKERS_MS = 250

const notReached = (stage: 'listed' | 'reloaded', detail: string, cause: string): ProblemError =>
  new ProblemError('not-reached', `${detail}: ${cause}`, { stage, cause })

/** The Compose project's nginx as the front door. It runs on DNS until a list is applied, and goes back to it when this is closed. */
export async function openNginxInDocker(options: NginxInDockerOptions): Promise<SharedFrontDoor> {
  const { container, log } = options
  const me = randomBytes(3).toString('hex')
  const wheel = new WheelHolder(me)
  const listeners = new Set<FrontDoorListener>()
  const takeTurn = inTurn()
  const closed = new AbortController()
  let lastTarget = options.target ?? container.published()
  let number = 0
  let turns = 0
  let live: string | null = null
  let confirmed: string | null = null
  let closing: Promise<void> | null = null

  const old = watchOldWorkers(undefined, (workers) => whereaboutsIn(container, workers), LOOK_AT_WORKERS_MS)

  const changed = (): void => {
    for (const listener of [...listeners]) listener.changed()
  }

  function target(): { host: string; port: number } {
    lastTarget = options.target ?? container.published() ?? lastTarget
    return lastTarget ?? NOWHERE
  }

  const lists = dockerLists(() => watch.version(), options.backends)

  const lease = () => ({ name: 'lease' as const, text: `${me} ${confirmed ?? ''}\n` })

  let toldHolder = me
  function tellHolder(generation: string | null): void {
    const { name } = wheel.holder()
    if (name !== toldHolder) log('front-door-holder', { ...wheel.holder(), generation })
    toldHolder = name
  }

  async function reload(text: string): Promise<void> {
    const workers = await workersIn(container)
    await container.put([{ name: 'nginx.conf', text }])
    old.retire(workers)
    await container.hangUp()
  }

  async function inForce(generation: string): Promise<boolean> {
    const deadline = performance.now() + CONFIRM_DEADLINE_MS
    while (performance.now() < deadline) {
      if ((await askGeneration(target())) === generation && (await old.stoppedListening())) return true
      await sleep(CONFIRM_EVERY_MS)
    }
    return false
  }

  function refuseUnlessMine(): void {
    const { mine, name } = wheel.holder()
    if (mine) return
    throw new ProblemError(
      'read-only',
      `Another dashboard (${name}) keeps the front door's list. Take over to change it.`,
    )
  }

  async function apply(servers: UpstreamServer[], policy: Policy): Promise<string> {
    refuseUnlessMine()
    if (!(await watch.untilUp()))
      throw notReached('listed', 'The front door does not answer', `it is ${watch.status()}`)
    refuseUnlessMine()
    const generation = `${me}-${++number}`
    const text = lists.explicit(generation, servers, policy)
    await container.put([lease(), { name: 'candidate.conf', text }])
    const said = await container.refusal()
    if (said !== null) throw notReached('listed', 'The front door refused the list', complaintOf(said))
    await reload(text)
    if (!(await inForce(generation))) {
      await reload(live ?? lists.byName())
      const cause = `no new connection was answered by it within ${CONFIRM_DEADLINE_MS / 1000} s`
      throw notReached('reloaded', 'The front door did not take over the list', cause)
    }
    live = text
    confirmed = generation
    wheel.confirmed()
    return generation
  }

  /** `turns` is odd while something is being put in force. */
  const inMyTurn = <Value>(work: () => Promise<Value>): Promise<Value> =>
    takeTurn(async () => {
      turns += 1
      return work().finally(() => {
        turns += 1
      })
    })

  async function renewLease(): Promise<void> {
    while (!closed.signal.aborted) {
      await sleep(RENEW_LEASE_MS, undefined, { signal: closed.signal }).catch(() => undefined)
      if (closed.signal.aborted || !wheel.holder().mine || confirmed === null || !container.runs()) continue
      await container.put([lease()]).catch((error: unknown) => log('lease-not-renewed', { error: String(error) }))
    }
  }

  async function handBack(): Promise<void> {
    if (!wheel.holder().mine || confirmed === null || !container.runs()) return
    await reload(lists.byName())
    await inForce(DNS_GENERATION)
  }

  const watch = await watchAnswers({
    runs: () => container.runs(),
    target,
    turn: () => turns,
    answered(generation, first) {
      const news = wheel.saw(generation, first)
      if (!news) return false
      confirmed = null
      tellHolder(generation)
      return true
    },
    changed() {
      if (watch.status() !== 'up') confirmed = null
      changed()
    },
  })
  const unsubscribe = container.subscribe({
    started() {
      confirmed = null
      live = null
      wheel.begin()
      watch.begin()
      changed()
    },
    changed: () => watch.wake(),
  })
  const renewing = renewLease()

  async function close(): Promise<void> {
    unsubscribe()
    closed.abort()
    await Promise.all([watch.close(), renewing])
    listeners.clear()
    await inMyTurn(handBack).catch((error: unknown) => log('list-not-handed-back', { error: String(error) }))
  }

  return {
    kind: 'nginx',
    get version() {
      return watch.version()
    },
    get url() {
      return `http://localhost:${(container.published() ?? target()).port}`
    },
    status: watch.status,
    generation: () => confirmed,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    target,
    apply: (servers, policy) => inMyTurn(() => apply(servers, policy)),
    settled: old.gone,
    reloadMayCut: () => !capabilities(watch.version()).keepaliveMinTimeout && old.mayCut(),
    holder: () => wheel.holder(),
    takeOver() {
      wheel.takeOver()
      tellHolder(null)
      changed()
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}
