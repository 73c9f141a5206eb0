import { ApiError } from '../api.ts'
import { startOn } from '../clusters.ts'
import { composeProject } from '../compose-project.ts'
import { openEngineProxy } from '../engine-proxy.ts'
import type { Product } from '../product.ts'
import { until } from '../until.ts'
import { atMost, exactly, type Row } from './rows.ts'
import { shownAfterMs, stateOf } from './shown.ts'

const GONE_MS = 3_000
const RIGHT_MS = 5_000

/** An engine that goes away in the middle of a burst, and comes back. */
export async function engineAway(kind: 'gone' | 'hanging', say: (line: string) => void): Promise<Row[]> {
  const proxy = await openEngineProxy()
  const project = await composeProject()
  let product: Product | null = null
  try {
    product = await startOn(project, { DOCKER_HOST: proxy.dockerHost })
    const { api } = product
    await api.scale(3)
    const burst = await api.start({ durationMs: 12_000, concurrency: 8, ratePerSecond: 100 })
    await (kind === 'gone' ? proxy.cut() : proxy.hang())
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
export async function silence(say: (line: string) => void): Promise<Row[]> {
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
      exactly(
        'a start on a silent engine says so',
        1,
        Number(/accepts connections and does not answer within 2 s/.test(start)),
      ),
    ]
  } finally {
    await proxy.restore()
    await product?.stop()
    await project.down()
    await proxy.close()
  }
}
