import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError } from '#lib/protocol/problem.ts'
import { askGeneration } from './ask-generation.ts'
import { capabilities } from './capabilities.ts'
import type { FoundNginx } from './find-nginx.ts'
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
import { makeNginxFolder } from './nginx-folder.ts'
import { nginxProgram } from './nginx-program.ts'
import { workersOf } from './nginx-workers.ts'
import { watchOldWorkers } from './old-workers.ts'
import { renderNginxConfiguration } from './render.ts'

export type NginxFrontDoorOptions = {
  nginx: FoundNginx
  keeper: Keeper
  /** 0: any free one. */
  port: number
  log: Log
}

const HOST = '127.0.0.1'
const CONFIRM_DEADLINE_MS = 5_000
const CONFIRM_EVERY_MS = 10
const PORT_TRIES = 5

/** An nginx of this machine as the front door, with an empty list at first. Throws PortBusyError, or Error with nginx's own words. */
export async function openNginxFrontDoor(options: NginxFrontDoorOptions): Promise<FrontDoor> {
  for (let left = PORT_TRIES; ; left--) {
    const port = await claimPort(options.port)
    try {
      return await openOn(port, options)
    } catch (error) {
      if (!(error instanceof PortBusyError) || options.port !== 0 || left <= 1) throw error
    }
  }
}

async function openOn(port: number, { nginx, keeper, log }: NginxFrontDoorOptions): Promise<FrontDoor> {
  const can = capabilities(nginx.version)
  const holder = randomBytes(3).toString('hex')
  const target = { host: HOST, port }
  const listeners = new Set<FrontDoorListener>()
  const takeTurn = inTurn()
  const old = watchOldWorkers()
  const folder = await makeNginxFolder(nginx.path)
  let number = 0
  let live = { generation: '', text: '' }
  let confirmed: string | null = null
  let closing: Promise<void> | null = null

  const render = (servers: UpstreamServer[], policy: Policy): typeof live => {
    const generation = `${holder}-${++number}`
    const text = renderNginxConfiguration({
      generation,
      upstream: { by: 'list', servers },
      policy,
      capabilities: can,
      listen: `${HOST}:${port}`,
    })
    return { generation, text }
  }

  const changed = (): void => {
    for (const listener of listeners) listener.changed()
  }

  const answersBy = async (generation: string): Promise<boolean> => (await askGeneration(target)) === generation

  const program = nginxProgram({
    keeper,
    path: nginx.path,
    args: folder.runArguments,
    log,
    answers: () => answersBy(live.generation),
    changed,
  })

  async function inForce(generation: string): Promise<boolean> {
    const deadline = performance.now() + CONFIRM_DEADLINE_MS
    while (performance.now() < deadline && !closing) {
      if ((await answersBy(generation)) && (await old.stoppedListening())) return true
      if (program.complaint() !== '') return false
      await sleep(CONFIRM_EVERY_MS)
    }
    return false
  }

  async function reload(): Promise<void> {
    const master = program.pid()
    if (master !== null) old.retire(await workersOf(master))
    program.hangUp()
  }

  async function apply(servers: UpstreamServer[], policy: Policy): Promise<string> {
    const next = tryOr('listed', () => render(servers, policy))
    const refusal = await folder.refusalOf(next.text)
    if (refusal !== null) throw notReached('listed', 'The front door refused the list', refusal)
    const before = live
    live = next
    await folder.putLive()
    await reload()
    if (await inForce(next.generation)) {
      confirmed = next.generation
      return next.generation
    }
    const cause = program.complaint() || `no new connection was answered by it within ${CONFIRM_DEADLINE_MS / 1000} s`
    live = before
    await folder.write(before.text)
    await reload()
    throw notReached('reloaded', 'The front door did not take over the list', cause)
  }

  async function close(): Promise<void> {
    await program.close()
    await folder.remove()
    listeners.clear()
  }

  try {
    keeper.sweep(folder.path)
    live = render([], DEFAULT_POLICY)
    await folder.write(live.text)
    await program.start()
    confirmed = live.generation
  } catch (error) {
    await close()
    const cause = error instanceof Error ? error.message : String(error)
    throw /bind\(\) to .*in use/.test(cause)
      ? new PortBusyError(port, 'EADDRINUSE')
      : new Error(`nginx did not start: ${cause}`)
  }

  return {
    kind: 'nginx',
    version: nginx.version,
    url: `http://localhost:${port}`,
    status: program.status,
    generation: () => confirmed,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    target: () => target,
    apply: (servers, policy) => takeTurn(() => apply(servers, policy)),
    settled: old.gone,
    reloadMayCut: () => !can.keepaliveMinTimeout && old.mayCut(),
    close() {
      closing ??= close()
      return closing
    },
  }
}

const notReached = (stage: 'listed' | 'reloaded', detail: string, cause: string): ProblemError =>
  new ProblemError('not-reached', `${detail}: ${cause}`, { stage, cause })

function tryOr<Value>(stage: 'listed', work: () => Value): Value {
  try {
    return work()
  } catch (error) {
    throw notReached(stage, 'The list cannot be written', error instanceof Error ? error.message : String(error))
  }
}
