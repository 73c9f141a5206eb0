import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Cluster } from '#lib/cluster/cluster.ts'
import type { Settings } from '#lib/config/settings.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { openEngine } from '#lib/traffic/engine.ts'
import { ActionLog } from './action-log.ts'
import { openApi } from './api.ts'
import { buildPage, whyBuild } from './build.ts'
import { BurstKeeper } from './burst-keeper.ts'
import { watchEjections } from './ejections.ts'
import { formCluster } from './form-cluster.ts'
import { allowedHostsOf, checkRequest, type GuardOptions } from './guard.ts'
import { listen } from './listen.ts'
import type { Log } from './log.ts'
import { openPage, type Page } from './page.ts'
import { answerProblem, problemOf } from './problem-answer.ts'
import { NO_PAGE_POLICY, setSecurityHeaders } from './security-headers.ts'
import { openSockets } from './sockets.ts'
import { answerStarting } from './starting.ts'
import { VERSION } from './version.ts'

export type Dashboard = { url: string; close(): Promise<void> }

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>
type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** What a test may replace: everything else is as in the product. */
export type Parts = {
  formCluster: (settings: Settings, log: Log) => Promise<Cluster>
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
    const gate = openGate(settings, log)
    closers.push(() => gate.close())
    const port = await gate.listen()
    const [cluster, page] = await Promise.all([
      parts.formCluster(settings, log).then((formed) => {
        closers.push(() => formed.close())
        return formed
      }),
      parts.preparePage(settings.token, port, log).then((prepared) => {
        closers.push(() => prepared.close())
        return prepared
      }),
    ])
    const engine = openEngine({
      backendAt: (address) => cluster.backendAt(address),
      reloadMayCut: () => cluster.reloadMayCut(),
    })
    closers.push(() => engine.close())
    const bursts = new BurstKeeper({ engine, cluster })
    const actions = new ActionLog({
      happened: (action) => sockets.broadcast('action:happened', action),
      running: () => bursts.runningSince(),
    })
    const sockets = openSockets({
      token: settings.token,
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
    const api = openApi({ cluster, bursts, guard: gate.guard, log })
    gate.open(
      (request, response) => (isApi(request) ? api(request, response) : answerPage(page.answer, request, response)),
      (request, socket, head) => sockets.upgrade(request, socket, head),
    )
    return { url: `http://localhost:${port}`, close }
  } catch (error) {
    await close()
    throw error
  }
}

const isApi = ({ url = '' }: IncomingMessage): boolean => /^\/(api(\/|$|\?)|metrics($|\?))/.test(url)

async function answerPage(answer: Answer, request: IncomingMessage, response: ServerResponse): Promise<void> {
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

/** The one HTTP server: everything passes the guard first; until the dashboard is ready it answers 503. */
function openGate(settings: Settings, log: Log) {
  let answer: Answer = answerStarting
  let upgrade: Upgrade = (_request, socket) => refuseUpgrade(socket, 503)
  const guard: GuardOptions = { allowedHosts: new Set(), token: settings.token }
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, maxHeaderSize: 16_384 })
  server.maxConnections = 1_000
  server.on('request', async (request, response) => {
    try {
      setSecurityHeaders(response, NO_PAGE_POLICY)
      checkRequest(request, guard)
      await answer(request, response)
    } catch (error) {
      answerProblem(response, problemOf(error, log))
    }
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    try {
      checkRequest(request, guard)
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://dashboard')
      const isOurs = pathname === '/socket.io/' && searchParams.get('EIO') === '4'
      if (!isOurs || searchParams.get('transport') !== 'websocket') return refuseUpgrade(socket, 400)
      upgrade(request, socket, head)
    } catch (error) {
      refuseUpgrade(socket, problemOf(error, log).status)
    }
  })
  return {
    guard,
    async listen() {
      await listen(server, settings.PORT, settings.HOST)
      const { port } = server.address() as AddressInfo
      guard.allowedHosts = allowedHostsOf(port, settings.ROBINSCOPE_ALLOWED_HOSTS)
      return port
    },
    open(answers: Answer, upgrades: Upgrade) {
      answer = answers
      upgrade = upgrades
    },
    close: () => closeServer(server),
  }
}

/** A refused WebSocket: an HTTP status and the end, no 101. */
function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
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
