import { randomBytes } from 'node:crypto'
import { Listeners } from '#lib/concurrency/listeners.ts'
import type { Log } from '#lib/concurrency/log.ts'
import { Slots } from '#lib/concurrency/slots.ts'
import { DEFAULT_POLICY } from '#lib/protocol/configuration.ts'
import { capabilities } from './capabilities.ts'
import { configurationOf } from './configuration.ts'
import type { FrontDoor, FrontDoorListener, Ownership } from './front-door.ts'
import { ListOwnership } from './list-ownership.ts'
import { NginxApply } from './nginx-apply.ts'
import type { NginxControl } from './nginx-control.ts'
import { dnsListOf, SharedList } from './shared-list.ts'
import { watchAnswers } from './watch-answers.ts'

export type NginxFrontDoorOptions = {
  control: NginxControl
  log: Log
  /** How often old workers are looked for. */
  lookAtWorkersEveryMs: number
  /** Where backends are found by name while no dashboard writes the list; null where no other dashboard can write it. */
  byName: { host: string; port: number } | null
  /** An apply ends by then, whatever its calls do; a command that waits for it has 30 s. */
  applyDeadlineMs?: number
}

const APPLY_DEADLINE_MS = 20_000

/** An nginx as the front door, wherever it runs: `control` is the way to it. Resolves after the first look at it. */
export async function openNginxFrontDoor(options: NginxFrontDoorOptions): Promise<FrontDoor> {
  const { control, log, byName } = options
  const me = randomBytes(3).toString('hex')
  const listeners = new Listeners<FrontDoorListener>()
  const inOrder = new Slots(1)
  const ownership = new ListOwnership(me)
  let closing: Promise<void> | null = null
  /** Odd while a configuration is being put in force. */
  let applying = 0

  const changed = (): void => listeners.tell((listener) => listener.changed())
  const version = (): string => control.version ?? watch.version()
  const dnsList = byName && (() => dnsListOf(control, byName, version()))
  const nginx = new NginxApply({
    ...{ owner: me, control, ownership, version, changed },
    lookAtWorkersEveryMs: options.lookAtWorkersEveryMs,
    applyDeadlineMs: options.applyDeadlineMs ?? APPLY_DEADLINE_MS,
    untilUp: () => watch.untilUp(),
    fallback: dnsList,
  })
  const shared = dnsList && new SharedList({ control, ownership, nginx, dnsList, log })
  if (control.start) await nginx.start(configurationOf(DEFAULT_POLICY, []))

  let toldOwner = me
  function tellOwner(generation: string | null): void {
    const { mine, name } = ownership.owner()
    if (name !== toldOwner) log('list-owner', { mine, name, generation })
    toldOwner = name
  }

  const whileApplying = <Value>(work: () => Promise<Value>): Promise<Value> =>
    inOrder.run(async () => {
      applying += 1
      return work().finally(() => {
        applying += 1
      })
    })

  const watch = await watchAnswers({
    runs: () => control.runs(),
    target: () => control.target(),
    applying: () => applying,
    answered(generation, first) {
      const isNews = ownership.saw(generation, first)
      if (isNews) tellOwner(generation)
      return nginx.inForce.answered(generation) || isNews
    },
    changed() {
      if (watch.status() === 'down') nginx.inForce.forget()
      changed()
    },
  })
  const unsubscribe = control.subscribe({
    started() {
      nginx.lose()
      ownership.begin()
      watch.begin()
      changed()
    },
    changed: () => watch.wake(),
  })

  async function close(): Promise<void> {
    unsubscribe()
    nginx.close()
    await Promise.all([watch.close(), shared?.close()])
    listeners.clear()
    if (shared)
      await whileApplying(() => shared.handBack()).catch((error) => log('list-not-handed-back', { error: `${error}` }))
    else await inOrder.run(async () => undefined)
    await control.close()
  }

  const owned: Ownership = {
    owner: () => ownership.owner(),
    takeOver() {
      ownership.takeOver()
      tellOwner(null)
      nginx.lose()
      changed()
    },
  }

  return {
    kind: 'nginx',
    get version() {
      return version()
    },
    get url() {
      return `http://localhost:${control.publishedPort()}`
    },
    status: () => (closing ? 'down' : watch.status()),
    subscribe: listeners.subscribe,
    target: () => control.target(),
    membership: {
      generation: () => nginx.inForce.generation,
      configuration: () => nginx.inForce.configuration,
      configurationOf: (generation) => nginx.generations.of(generation),
      apply: (configuration) => whileApplying(() => nginx.apply(configuration)),
      prepare: (configuration) => void inOrder.run(() => nginx.prepare(configuration)),
      mayReach: (backend) => nginx.mayReach(backend),
      reloadMayCut: () => !capabilities(version()).keepaliveMinTimeout && nginx.oldWorkers.mayCut(),
    },
    ...(shared && { ownership: owned }),
    close() {
      closing ??= close()
      return closing
    },
  }
}
