import { setTimeout as sleep } from 'node:timers/promises'
import { findProject } from '#lib/cluster/docker/find-project.ts'
import { openDockerHost, openDockerProject } from '#lib/cluster/docker/open-project.ts'
import { openCluster } from '#lib/cluster/open-cluster.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { FakeEngine } from '../integration/fake-engine.ts'
import { randomOf } from '../random.ts'
import { FakeDoor } from '../unit/cluster/fakes.ts'
import { commandAtRandom, type Outcome } from './random-commands.ts'

export type Settled = Outcome & {
  /** Whether a last command that was reached left as many running containers as it asked for, no more and no fewer. */
  isRight: boolean
  doubles: number
  /** Containers that nobody shows, after the commands; and any but the wanted ones, after one more command on a good day. */
  unknown: number
  leftAfterwards: number
  /** What there was after the commands, what became of one more, and what there was then. */
  seen: string[]
}

const CALL_TAKES_MS = 8
const CLEARED_MS = 5_000
const log = (): void => undefined
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'reached',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : String(error)),
  )

/** The Docker host and the reconciler on an engine that is slow, refuses calls, loses answers, and whose containers die at their start. */
export async function commandFakeEngine(seed: number): Promise<Settled> {
  const random = randomOf(seed * 7_919)
  const engine = new FakeEngine()
  await engine.listen()
  engine.add('front-door', 99)
  engine.add('backend', 1)
  engine.add('backend', 2)
  const found = await findProject({ project: 'shop', dockerHost: `unix://${engine.path}`, deadlineMs: 10_000 })
  if (!found.found) throw new Error(found.why)
  const project = openDockerProject(found)
  const host = await openDockerHost(project, log)
  const door = new FakeDoor()
  const origin = { reason: 'A test.', howToSwitch: '', project: 'shop', log }
  const cluster = openCluster({ kind: 'docker', ...origin, host, door, closeAfter: () => project.close() })
  const backends = () => engine.containers.filter(({ service }) => service === 'backend')
  const seen = (): string =>
    JSON.stringify({
      engine: backends().map(({ number, state }) => `${number} ${state}`),
      shown: cluster.snapshot().backends.map(({ number, status, wanted, listed }) => [number, status, wanted, listed]),
      listed: door.addresses,
    })
  /** So many run, are shown as up and stand in the list, and not one more. */
  const isAt = (replicas: number): boolean => {
    const shown = cluster.snapshot().backends
    const counts = [backends().filter(({ state }) => state === 'running'), shown, door.addresses].map(
      (all) => all.length,
    )
    return counts.every((count) => count === replicas) && shown.every(({ status }) => status === 'up')
  }
  const isAtSoon = async (replicas: number): Promise<boolean> => (await untilNone(() => Number(!isAt(replicas)))) === 0
  const notShown = (): number => {
    const shown = cluster.snapshot().backends
    const others = backends().filter(({ number }) => !shown.some((one) => one.number === number))
    // When all are to go, the last one stays, stopped.
    const isTemplate = shown.every(({ wanted }) => wanted === 'down') && others[0]?.state === 'exited'
    return others.length - Number(isTemplate)
  }
  try {
    haveABadDay(engine, random)
    door.applying = () => sleep(random() * CALL_TAKES_MS)
    const outcome = await commandAtRandom(seed, 4 * CALL_TAKES_MS, (replicas) => codeOf(cluster.scale(replicas)))
    haveAGoodDay(engine)
    const isRight = outcome.codes.at(-1) !== 'reached' || (await isAtSoon(outcome.last))
    const atTheEnd = seen()
    const numbers = backends().map(({ number }) => number)
    const doubles = numbers.length - new Set(numbers).size
    const unknown = await untilNone(notShown)
    const again = await codeOf(cluster.scale(outcome.last))
    const leftAfterwards = await untilNone(() => Math.abs(backends().length - Math.max(1, outcome.last)))
    const isRightAgain = again === 'reached' && (await isAtSoon(outcome.last))
    const atTheEnds = { isRight: isRight && isRightAgain, seen: [atTheEnd, again, seen()] }
    return { ...outcome, ...atTheEnds, doubles, unknown, leftAfterwards }
  } finally {
    haveAGoodDay(engine)
    await cluster.close()
    await engine.die()
  }
}

/** What is left over is removed a second later where it could not be at once. */
async function untilNone(count: () => number): Promise<number> {
  for (const until = performance.now() + CLEARED_MS; count() > 0 && performance.now() < until; ) await sleep(20)
  return count()
}

function haveABadDay(engine: FakeEngine, random: () => number): void {
  engine.fate = async () => {
    await sleep(random() * CALL_TAKES_MS)
    const luck = random()
    return luck < 0.01 ? 'lose' : luck < 0.04 ? 'refuse' : 'obey'
  }
  engine.onStart = (container) => {
    if (random() < 0.97) return engine.becomesReady(container)
    container.state = 'exited'
    engine.happens('die', container, { exitCode: '1' })
  }
}

function haveAGoodDay(engine: FakeEngine): void {
  engine.fate = async () => 'obey'
  engine.onStart = (container) => engine.becomesReady(container)
}
