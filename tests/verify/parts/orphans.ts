import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError } from '../../api.ts'
import { startOn } from '../../clusters.ts'
import { type ComposeProject, composeProject } from '../../compose-project.ts'
import { engineAnswers } from '../../engine.ts'
import type { Product } from '../../product.ts'
import { doubleNumbers, replicasOf } from '../../replicas-of.ts'
import { until } from '../../until.ts'
import { atMost, exactly, notMeasured, type Part, type Row } from '../rows.ts'

const RIGHT_AFTER_MS = 20_000
const WATCHED_MS = 5_000
const SERVICES = ['front-door', 'backend']
const MID_SCALE_DELAYS_MS = [50, 150, 300, 600, 1_000]

/** One request as a person's browser would send it; null where nobody listens. `generation`: whose list answered it. */
const ask = async (port: number): Promise<{ status: number; body: string; generation: string | undefined } | null> => {
  const headers = { connection: 'close' }
  const answer = await fetch(`http://127.0.0.1:${port}/`, { headers, signal: AbortSignal.timeout(10_000) }).catch(
    () => null,
  )
  const generation = answer?.headers.get('x-front-door-generation') ?? undefined
  return answer && { status: answer.status, body: (await answer.text()).trim(), generation }
}

/** Statuses other than 200 in the 5 s after the 20th second since `killedAt`, who answered, and the last second with one before. */
async function watch(port: number, killedAt: number): Promise<{ bad: number; names: Set<string>; lastBadS: number }> {
  const since = (): number => performance.now() - killedAt
  const seen = { bad: 0, names: new Set<string>(), lastBadS: 0 }
  while (since() < RIGHT_AFTER_MS + WATCHED_MS) {
    const answer = await ask(port)
    const isBad = answer !== null && answer.status !== 200
    if (isBad) seen.lastBadS = Math.round(since() / 100) / 10
    if (since() > RIGHT_AFTER_MS) {
      if (isBad) seen.bad += 1
      if (answer?.status === 200) seen.names.add(answer.body)
    }
    await sleep(50)
  }
  return seen
}

/** SIGKILL of a dashboard that owns the list of three backends, then `act`. */
async function killed(project: ComposeProject, act: () => Promise<unknown>): Promise<number> {
  const product = await startOn(project)
  await product.api.scale(3)
  product.signal('SIGKILL')
  await product.exited
  const killedAt = performance.now()
  await act()
  return killedAt
}

async function withoutDashboard(project: ComposeProject, say: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = []
  // Where nobody listens, as after a stop, there is nobody to answer 502 either: then it is the names that tell.
  const up = (...more: string[]) => project.compose('up', '-d', ...more, ...SERVICES)
  const scenario = async (what: string, wanted: number, killedAt: number): Promise<void> => {
    const { bad, names, lastBadS } = await watch(project.frontDoorPort, killedAt)
    const before = lastBadS === 0 ? 'none before that either' : `the last one before that after ${lastBadS} s`
    const note = `${names.size} names answer; ${before}`
    say(`${what}: ${bad} bad answers; ${note}`)
    rows.push(exactly(`502 after 20 s: SIGKILL of the dashboard, then ${what}`, 0, bad, note))
    rows.push(exactly(`names that answer then: ${what}`, wanted, names.size))
  }
  await scenario('nothing more', 3, await killed(project, async () => undefined))
  const scaled = await killed(project, () => up('--no-recreate', '--scale', 'backend=5'))
  await scenario('up -d --scale backend=5', 5, scaled)
  const fewer = await killed(project, () => up('--no-recreate', '--scale', 'backend=1'))
  await scenario('up -d --scale backend=1', 1, fewer)
  await scenario('stop', 0, await killed(project, () => project.compose('stop')))
  await up()
  await scenario('up -d without a dashboard, after a stop', 2, performance.now())
  await scenario('down', 0, await killed(project, () => project.compose('down')))
  await up('--wait')
  await scenario('up -d without a dashboard, after a down', 2, performance.now())
  return rows
}

async function midScale(project: ComposeProject, say: (line: string) => void): Promise<Row[]> {
  let doubles = 0
  let orphans = 0
  let missed = 0
  for (const delayMs of MID_SCALE_DELAYS_MS) {
    const first = await startOn(project)
    await first.api.scale(2)
    first.api.scale(6).catch(() => undefined)
    await sleep(delayMs)
    first.signal('SIGKILL')
    await first.exited
    const second = await startOn(project)
    const found = await replicasOf(project)
    // The list belongs to the killed dashboard until its lease is over.
    await until('it owns the list', () => isMine(second), 40_000)
    await until('what it found is up', async () =>
      (await second.api.cluster()).backends.every(({ status }) => status === 'up'),
    )
    await second.api.scale(6)
    const { backends } = await second.api.cluster()
    const made = await replicasOf(project)
    doubles += doubleNumbers(made)
    orphans += made.filter(
      ({ state, id }) => state !== 'running' || !backends.some(({ backend }) => id.startsWith(backend)),
    ).length
    missed +=
      Number(made.length !== 6) +
      Number(backends.filter(({ status, listed }) => status === 'up' && listed).length !== 6)
    say(
      `killed ${delayMs} ms into a scale to 6: found ${found.map(({ state }) => state).join(', ')}; then ${made.length}`,
    )
    await second.stop()
  }
  const times = `killed in mid-scale, ${MID_SCALE_DELAYS_MS.length} times`
  return [
    exactly(`numbers given twice after the next start and a scale to 6, ${times}`, 0, doubles),
    exactly(`containers that do not run or are not shown, ${times}`, 0, orphans),
    exactly(`not 6 containers, or not 6 up and listed, ${times}`, 0, missed),
  ]
}

const isMine = async ({ api }: Product): Promise<boolean> => (await api.cluster()).trouble === null
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'reached',
    (error: unknown) => (error instanceof ApiError ? error.problem.code : String(error)),
  )
const holds = (figure: string, value: boolean, note?: string): Row => exactly(figure, 1, Number(value), note)

/** Two dashboards on one cluster: one owns the list. */
async function twoDashboards(project: ComposeProject, say: (line: string) => void): Promise<Row[]> {
  const open: Product[] = []
  const start = async (): Promise<Product> => {
    const product = await startOn(project)
    open.push(product)
    return product
  }
  const inForce = async (): Promise<string | undefined> => (await ask(project.frontDoorPort))?.generation
  try {
    const first = await start()
    await first.api.scale(3)
    const second = await start()
    const { trouble } = await second.api.cluster()
    const owner = (await inForce())?.split('-')[0] ?? ''
    const refused = await codeOf(second.api.scale(2))
    await second.api.takeOver()
    await until('the second owns it', async () => (await inForce())?.startsWith(owner) === false)
    const reached = await codeOf(second.api.scale(4))
    await until('the first stands back', async () => !(await isMine(first)))
    const stoodBack = await codeOf(first.api.scale(2))
    const stoppedAt = performance.now()
    const stopping = second.stop()
    await until('DNS is in force', async () => (await inForce()) === 'dns-0', 20_000)
    const handedBack = performance.now() - stoppedAt
    await stopping
    const exited = performance.now() - stoppedAt
    await until('the first has it again', () => isMine(first), 20_000)
    const freeAfter = performance.now() - stoppedAt
    const again = await codeOf(first.api.scale(2))
    say(
      `handed back after ${handedBack.toFixed(0)} ms, ended after ${exited.toFixed(0)} ms, the other owns it after ${freeAfter.toFixed(0)} ms`,
    )
    return [
      holds(
        'a second dashboard only reads and names the owner',
        trouble?.code === 'read-only' && trouble.detail.includes(owner),
        trouble?.detail,
      ),
      holds('its scale is refused with read-only', refused === 'read-only', refused),
      holds('having taken over, it scales', reached === 'reached', reached),
      holds('the first stands back then', stoodBack === 'read-only', stoodBack),
      atMost('stopping hands the list back within', 2_000, handedBack, 'ms'),
      holds(
        'the other owns the list then, and scales',
        again === 'reached',
        `after ${(freeAfter / 1_000).toFixed(1)} s`,
      ),
    ]
  } finally {
    for (const product of open) await product.stop()
  }
}

export const part: Part = {
  title: 'a dashboard that is gone leaves a cluster that is right',
  measure: async (say) => {
    const engine = await engineAnswers()
    if (!engine.answers) return [notMeasured('clusters that lost their dashboard', engine.words)]
    const project = await composeProject(SERVICES)
    try {
      return [
        ...(await twoDashboards(project, say)),
        ...(await midScale(project, say)),
        ...(await withoutDashboard(project, say)),
      ]
    } finally {
      await project.down()
    }
  },
}
