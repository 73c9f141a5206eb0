import type { ClusterSnapshot } from '#lib/protocol/model.ts'
import { ApiError } from '../../api.ts'
import { startOn, startOnDocker } from '../../clusters.ts'
import { type ComposeProject, composeProject } from '../../compose-project.ts'
import { engineAnswers } from '../../engine.ts'
import { type EngineProxy, openEngineProxy } from '../../engine-proxy.ts'
import type { Product } from '../../product.ts'
import { until } from '../../until.ts'
import { atMost, exactly, notMeasured, type Part, type Row } from '../rows.ts'

const SHOWN_MS = 1_000
const GONE_MS = 3_000
const RIGHT_MS = 5_000
const ROUNDS = 3

type Look = (snapshot: ClusterSnapshot) => boolean

const stateOf = (snapshot: ClusterSnapshot, number: number): string =>
  snapshot.backends.find((backend) => backend.number === number)?.status ?? 'absent'

/** Milliseconds from now until the dashboard shows it. */
async function shownAfterMs(product: Product, what: string, look: Look): Promise<number> {
  const startedAt = performance.now()
  await until(what, async () => look(await product.api.cluster()), 30_000, 10)
  return performance.now() - startedAt
}

/** What somebody does past us, and what the page then has to show; each begins where the one before ended, at two backends. */
const changes = ({
  name,
  compose,
  docker,
}: ComposeProject): { what: string; act: () => Promise<unknown>; look: Look }[] => [
  {
    what: 'docker kill',
    act: () => docker('kill', `${name}-backend-2`),
    look: (snapshot) => stateOf(snapshot, 2) === 'down' && snapshot.backends[1]?.listed === true,
  },
  {
    what: 'docker start',
    act: () => docker('start', `${name}-backend-2`),
    look: (snapshot) => stateOf(snapshot, 2) === 'up',
  },
  {
    what: 'docker stop',
    act: () => docker('stop', `${name}-backend-2`),
    look: (snapshot) => stateOf(snapshot, 2) === 'down' && snapshot.backends[1]?.listed === true,
  },
  {
    what: 'docker rm',
    act: () => docker('rm', '-f', `${name}-backend-2`),
    look: (snapshot) => stateOf(snapshot, 2) === 'absent',
  },
  {
    what: 'docker compose up --scale backend=4',
    act: () => compose('up', '-d', '--no-recreate', '--scale', 'backend=4', 'front-door', 'backend'),
    look: ({ backends }) => backends.length === 4 && backends.every(({ status, listed }) => status === 'up' && listed),
  },
  {
    what: 'docker pause',
    act: () => docker('pause', `${name}-backend-3`),
    look: (snapshot) => stateOf(snapshot, 3) === 'paused',
  },
  {
    what: 'docker unpause',
    act: () => docker('unpause', `${name}-backend-3`),
    look: (snapshot) => stateOf(snapshot, 3) === 'up',
  },
  {
    what: 'docker compose up --scale backend=2',
    act: () => compose('up', '-d', '--no-recreate', '--scale', 'backend=2', 'front-door', 'backend'),
    look: ({ backends }) => backends.length === 2,
  },
]

async function changesFromOutside(say: (line: string) => void): Promise<Row[]> {
  const { product, project, stop } = await startOnDocker()
  try {
    const slowest = new Map<string, number>()
    for (let round = 0; round < ROUNDS; round++)
      for (const { what, act, look } of changes(project)) {
        await act()
        const ms = await shownAfterMs(product, what, look)
        slowest.set(what, Math.max(ms, slowest.get(what) ?? 0))
        say(`${what}: shown ${ms.toFixed(0)} ms after it was done`)
      }
    const snapshot = await product.api.cluster()
    await project.compose('down')
    const down = await shownAfterMs(product, 'down', ({ backends }) => backends.length === 0)
    slowest.set('docker compose down', down)
    return [
      ...[...slowest].map(([what, ms]) => atMost(`${what}, shown after it was done, slowest`, SHOWN_MS, ms, 'ms')),
      exactly('replicas wanted after up --scale backend=2: nothing is fought', 2, snapshot.replicas),
    ]
  } finally {
    await stop()
  }
}

type Away = { kind: string; away: (proxy: EngineProxy) => void | Promise<void> }
const AWAYS: Away[] = [
  { kind: 'gone', away: (proxy) => proxy.cut() },
  { kind: 'hanging', away: (proxy) => proxy.hang() },
]

async function engineAway({ kind, away }: Away, say: (line: string) => void): Promise<Row[]> {
  const proxy = await openEngineProxy()
  const project = await composeProject()
  let product: Product | null = null
  try {
    product = await startOn(project, { DOCKER_HOST: proxy.dockerHost })
    const { api } = product
    await api.scale(3)
    const burst = await api.start({ durationMs: 12_000, concurrency: 8, ratePerSecond: 100 })
    await away(proxy)
    const gone = await shownAfterMs(product, 'engine gone', ({ trouble }) => trouble?.code === 'engine-gone')
    const detail = (await api.cluster()).trouble?.detail ?? ''
    say(`${kind}: shown after ${gone.toFixed(0)} ms: ${detail}`)
    const refused = await api.scale(5).then(
      () => 'reached',
      (error: unknown) => (error instanceof ApiError ? error.problem.code : String(error)),
    )
    await project.docker('rm', '-f', `${project.name}-backend-3`)
    await project.docker('kill', `${project.name}-backend-2`)
    const ended = await api.ended(burst)
    await proxy.restore()
    const right = await shownAfterMs(product, 'all is right', (snapshot) => {
      const { trouble, backends } = snapshot
      return (
        trouble === null && backends.length === 2 && stateOf(snapshot, 1) === 'up' && stateOf(snapshot, 2) === 'down'
      )
    })
    await project.docker('start', `${project.name}-backend-2`)
    await shownAfterMs(product, '2 is up', (snapshot) => stateOf(snapshot, 2) === 'up')
    const after = await api.scale(3)
    const lost = ended.failed + ended.timedOut + ended.errors
    return [
      atMost(`engine ${kind}: shown after`, GONE_MS, gone, 'ms', detail),
      exactly(`engine ${kind}: a scale is refused with engine-gone`, 1, Number(refused === 'engine-gone'), refused),
      exactly(
        `engine ${kind}: lost of a burst meanwhile, two of three backends taken away`,
        0,
        lost,
        `${ended.sent} sent`,
      ),
      atMost(`engine ${kind}: all is right after it is back, no restart`, RIGHT_MS, right, 'ms'),
      exactly(`engine ${kind}: backends after scaling to 3 again`, 3, after.backends.length),
    ]
  } finally {
    await product?.stop()
    await project.down()
    await proxy.close()
  }
}

/** A command that is under way when the engine falls silent, and a start while it is. */
async function silence(say: (line: string) => void): Promise<Row[]> {
  const proxy = await openEngineProxy()
  const project = await composeProject()
  let product: Product | null = null
  try {
    product = await startOn(project, { DOCKER_HOST: proxy.dockerHost })
    const { api } = product
    const startedAt = performance.now()
    const scaling = api.scale(6).then(
      () => 'reached',
      (error: unknown) => String(error),
    )
    await until('a container is made', async () => (await api.cluster()).backends.length > 2, 10_000, 5)
    proxy.hang()
    const words = await scaling
    const ms = performance.now() - startedAt
    say(`a scale under way: ${words}`)
    await product.stop()
    const start = await startOn(project, { DOCKER_HOST: proxy.dockerHost }).then(
      async (started) => {
        await started.stop()
        return 'it started'
      },
      (error: unknown) => String(error),
    )
    say(`a start: ${start}`)
    return [
      atMost('a scale under way when the engine falls silent: answered after', 30_500, ms, 'ms', words),
      exactly('it is an explicit error', 1, Number(/engine-gone|not-reached/.test(words))),
      exactly('a start on a silent engine says so', 1, Number(/accepts and does not answer within 2 s/.test(start))),
    ]
  } finally {
    await proxy.restore()
    await product?.stop()
    await project.down()
    await proxy.close()
  }
}

export const part: Part = {
  title: 'what others do, and what becomes of the engine',
  measure: async (say) => {
    const engine = await engineAnswers()
    if (!engine.answers) return [notMeasured('changes from outside', engine.words)]
    const rows = await changesFromOutside(say)
    for (const away of AWAYS) rows.push(...(await engineAway(away, say)))
    return [...rows, ...(await silence(say))]
  },
}
