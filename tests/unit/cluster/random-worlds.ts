import { divide } from '#lib/cluster/next-step.ts'
import { Reconciler } from '#lib/cluster/reconciler.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { randomOf } from '#tests/random.ts'
import { VirtualClock } from './virtual-clock.ts'
import { WorldDoor } from './world-door.ts'
import { WorldHost } from './world-host.ts'

/** What went wrong in one world, in words that begin with the promise that was broken; empty when all were kept. */
export type WorldReport = { violations: string[]; commands: number; reached: number }

const STORY_MS = 60_000
/** Longer than every deadline, retry and old worker. */
const CALM_MS = 90_000
const TOLD_WITHIN_MS = 30_000
const MOST_REPLICAS = 8
const CODES = new Set(['superseded', 'not-reached', 'engine-gone', 'read-only'])

type Asked = { replicas: number; askedAt: number; answer: string | null; answeredAt: number }

/**
 * One world from one seed, in virtual time: a minute of commands, deaths, outside changes, a front door that refuses, hangs or
 * vanishes, another dashboard, an engine that fails, goes away and loses answers; then all is well again and the end is judged.
 */
export async function runWorld(seed: number): Promise<WorldReport> {
  const random = randomOf(seed)
  const clock = new VirtualClock()
  const host = new WorldHost(clock, random)
  const door = new WorldDoor(clock, random)
  const violations: string[] = []
  host.onStop = ({ backend }) => {
    if (door.reallyReaches(backend)) violations.push(`listed backend stopped: ${backend} at ${clock.now()} ms`)
  }
  door.onApply = (configuration, before) => {
    const addresses = new Set(configuration.servers.map(({ address }) => address))
    if (addresses.size < configuration.servers.length) violations.push(`address listed twice: at ${clock.now()} ms`)
    for (const server of configuration.servers) {
      const state = host.backends().find(({ backend }) => backend === server.backend)?.state
      const wasListed = before?.servers.some(({ backend }) => backend === server.backend)
      if (state !== 'up' && !wasListed) {
        violations.push(`unready backend listed: ${server.backend}, ${state}, at ${clock.now()} ms`)
      }
    }
  }
  const reconciler = new Reconciler({ host, door, changed: () => undefined, log: () => undefined, clock })
  const asked: Asked[] = []
  const ask = (replicas: number): void => {
    const one: Asked = { replicas, askedAt: clock.now(), answer: null, answeredAt: 0 }
    asked.push(one)
    const told = (answer: string): void => {
      one.answer = answer
      one.answeredAt = clock.now()
    }
    reconciler.scale(replicas).then(
      () => told('reached'),
      (error: unknown) => told(error instanceof ProblemError ? error.problem.code : String(error)),
    )
  }

  // How eventful a world is differs, too: some are nothing but commands.
  const eventfulness = random()
  const moodiness = random() < 0.3 ? 0 : random() * 0.25
  while (clock.now() < STORY_MS) {
    host.moodiness = moodiness
    door.moodiness = moodiness
    await clock.run(clock.now() + random() ** 3 * 8_000)
    const event = random()
    if (event < 0.5) ask(Math.floor(random() * (MOST_REPLICAS + 1)))
    else if (random() > eventfulness) continue
    else if (event < 0.75) host.meddle()
    else if (event < 0.82 && door.ownership.owner().mine) reconciler.desire({ followDeaths: random() < 0.5 })
    else if (event < 0.9) door.vanish(random() * 12_000)
    else if (event < 0.95) host.isAway = !host.isAway
    else if (event < 0.97) door.loseOwner(random() * 5_000)
  }
  host.heal()
  door.moodiness = 0
  await clock.run(clock.now() + CALM_MS)
  // One command more, in calm: what stands half done shows here.
  const last = Math.floor(random() * (MOST_REPLICAS + 1))
  judgeEnd('before the last command', reconciler, host, door, violations)
  ask(last)
  await clock.run(clock.now() + CALM_MS)
  if (asked.at(-1)?.answer !== 'reached') violations.push(`last command in calm: ${asked.at(-1)?.answer}`)
  if (host.size !== last) violations.push(`left over: ${host.size} backends are there, ${last} were asked for`)
  judgeEnd('at the end', reconciler, host, door, violations)
  for (const { replicas, askedAt, answer, answeredAt } of asked) {
    if (answer === null) violations.push(`no answer: scale(${replicas}) at ${askedAt} ms`)
    else if (answer !== 'reached' && !CODES.has(answer)) violations.push(`strange answer: ${answer}`)
    else if (answeredAt - askedAt > TOLD_WITHIN_MS) violations.push(`late answer: after ${answeredAt - askedAt} ms`)
  }
  await Promise.race([reconciler.close(), clock.run(clock.now() + CALM_MS)])
  return { violations, commands: asked.length, reached: asked.filter(({ answer }) => answer === 'reached').length }
}

function judgeEnd(when: string, reconciler: Reconciler, host: WorldHost, door: WorldDoor, violations: string[]): void {
  const up = host.backends().filter(({ state }) => state === 'up')
  const servers = door.inForce?.servers ?? []
  const served = new Set(servers.map(({ backend }) => backend))
  for (const { backend, address } of up) {
    const isListed = servers.some((one) => one.backend === backend && one.address === address && one.state === 'in')
    if (!isListed) violations.push(`half done ${when}: ${backend} runs unlisted`)
  }
  const known = new Set(host.backends().map(({ backend }) => backend))
  for (const backend of served) {
    if (!known.has(backend)) violations.push(`half done ${when}: ${backend} is listed and not there`)
  }
  if (host.size !== host.backends().length) violations.push(`left over ${when}: ${host.size - host.backends().length}`)
  const shown = reconciler.desired.replicas ?? divide(reconciler.desired, reconciler.observed()).staying.length
  if (shown !== host.size) violations.push(`wrong number ${when}: ${shown} shown, ${host.size} there`)
  if (reconciler.scaling) violations.push(`half done ${when}: a command is still under way`)
}
