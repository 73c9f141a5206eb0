import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Cluster } from '#lib/cluster/cluster.ts'
import type { Log } from '#lib/concurrency/log.ts'
import type { Settings } from '#lib/config/settings.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { openEngine } from '#lib/traffic/open-engine.ts'
import { ActionLog } from './action-log.ts'
import { openApi } from './api.ts'
import { buildPage, whyBuild } from './build.ts'
import { BurstRegistry } from './burst-registry.ts'
import { type Answer, openEntrance } from './entrance.ts'
import { formCluster } from './form-cluster.ts'
import { openPage, type Page } from './page.ts'
import { openSockets } from './sockets.ts'
import { VERSION } from './version.ts'
import { warmUp } from './warm-up.ts'
import { watchEjections } from './watch-ejections.ts'

export type Dashboard = { url: string; close(): Promise<void> }

/** What a test may replace: everything else is as in the product. */
export type Parts = {
  formCluster: (settings: Settings, log: Log) => Promise<Cluster>
  /** `token`: what the page is given for its socket; none where a cookie shows it. */
  preparePage: (token: string, port: number, log: Log) => Promise<Page>
}
const PRODUCT: Parts = { formCluster, preparePage }

/**
 * The composition root: takes the port first (a busy one stops it before anything is half started), then forms the cluster
 * while the page gets ready, then lets requests in. Rejects with a message for people when something is in the way.
 */
export async function openDashboard(settings: Settings, log: Log, parts: Parts = PRODUCT): Promise<Dashboard> {
  const closers: (() => Promise<void>)[] = []
  const close = closeOnce(closers)
  try {
    const entrance = openEntrance(settings, log)
    closers.push(() => entrance.close())
    const port = await entrance.listen()
    const [cluster, page] = await Promise.all([
      parts.formCluster(settings, log).then((formed) => {
        closers.push(() => formed.close())
        return formed
      }),
      parts.preparePage(settings.isExposed ? '' : settings.token, port, log).then((prepared) => {
        closers.push(() => prepared.close())
        return prepared
      }),
    ])
    const engine = openEngine({
      backendAt: (address) => cluster.backendAt(address),
      reloadMayCut: () => cluster.reloadMayCut(),
    })
    closers.push(() => engine.close())
    const bursts = new BurstRegistry({ engine, cluster })
    const actions = new ActionLog({
      happened: (action) => {
        bursts.note(action)
        sockets.broadcast('action:happened', action)
      },
      running: () => bursts.runningSince(),
    })
    const sockets = openSockets({
      guard: entrance.guard,
      version: VERSION,
      cluster,
      bursts,
      actions: () => actions,
      log,
    })
    closers.push(() => sockets.close())
    closers.push(() => bursts.close())
    cluster.subscribe({ noted: (note) => actions.add(note) })
    watchEjections(bursts, cluster)
    const api = openApi({ cluster, bursts, guard: entrance.guard, log })
    entrance.open(
      (request, response) => (isApi(request) ? api(request, response) : answerPage(page.answer, request, response)),
      (request, socket, head) => sockets.upgrade(request, socket, head),
    )
    warmUp({ host: settings.HOST, port }, entrance.guard)
    return { url: settings.isExposed ? outerUrl(settings) : `http://localhost:${port}`, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The first name by which others reach it. */
function outerUrl({ ROBINSCOPE_ALLOWED_HOSTS: [first = ''] }: Settings): string {
  return first.startsWith('https://') ? first : `http://${first}`
}

/** socket.io's own path. */
const SOCKET_PATH = '/socket.io/'

const isApi = ({ url = '' }: IncomingMessage): boolean => /^\/(api(\/|$|\?)|metrics($|\?))/.test(url)

async function answerPage(answer: Answer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.startsWith(SOCKET_PATH)) {
    throw new ProblemError(
      'malformed',
      'The stream is a WebSocket: socket.io with the transport "websocket", no polling.',
    )
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new ProblemError('method-refused', 'The page is only read: state changes go over /api or the socket.')
  }
  await answer(request, response)
}

async function preparePage(token: string, port: number, log: Log): Promise<Page> {
  const reason = await whyBuild()
  if (reason) {
    log('building-the-page', { reason })
    await buildPage()
  }
  return openPage({ token, port })
}

/** Runs the closers once, the last opened first; one that fails does not keep the others from closing. */
function closeOnce(closers: (() => Promise<void>)[]): () => Promise<void> {
  let closing: Promise<void> | null = null
  return () => {
    closing ??= (async () => {
      for (const closer of closers.reverse()) await closer().catch(() => undefined)
    })()
    return closing
  }
}
