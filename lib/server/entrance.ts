import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Log } from '#lib/concurrency/log.ts'
import type { Settings } from '#lib/config/settings.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { ConnectionRoom } from './connection-room.ts'
import { checkRequest, type GuardOptions, namesOf } from './guard.ts'
import { listen } from './listen.ts'
import { answerProblem, problemOf } from './problem-answer.ts'
import { RefusalLog } from './refusal-log.ts'
import { parserProblem, refuseRaw } from './refuse-raw.ts'
import { NO_PAGE_POLICY, setSecurityHeaders } from './security-headers.ts'
import { answerStarting } from './starting.ts'
import { checkReader, entryOf } from './token.ts'
import { UpgradeQueue } from './upgrade-queue.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

export type Entrance = {
  guard: GuardOptions
  /** Resolves with the port. Rejects with a message for people. */
  listen(): Promise<number>
  /** From now on requests and upgrades that pass the guard go here; before, they are told that the dashboard is starting. */
  open(answer: Answer, upgrade: Upgrade): void
  close(): Promise<void>
}

const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  /** How often the three above are looked after. */
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
}
const MAX_CONNECTIONS = 1_000
const MAX_SILENT_CONNECTIONS = 256

/** The one HTTP server: everything passes the guard first, before Next and socket.io see it. */
export function openEntrance(settings: Settings, log: Log): Entrance {
  let answer: Answer = answerStarting
  let upgrade: Upgrade = () => {
    throw new ProblemError('starting', 'The dashboard is starting; try again in a moment.')
  }
  const guard: GuardOptions = { names: namesOf(0, []), token: settings.token, isExposed: settings.isExposed }
  const refusals = new RefusalLog(log)
  const upgrades = new UpgradeQueue()
  const room = new ConnectionRoom(MAX_SILENT_CONNECTIONS)
  const server = createServer(LIMITS)
  server.maxConnections = MAX_CONNECTIONS
  server.on('connection', (socket) => {
    room.silent(socket)
    socket.once('close', () => room.heard(socket))
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseRaw(socket, parserProblem(error)))
  server.on('request', async (request, response) => {
    const { socket } = request
    if (request.complete || hasNoBody(request)) room.heard(socket)
    else request.once('end', () => room.heard(socket))
    response.once('close', () => room.silent(socket))
    try {
      setSecurityHeaders(response, NO_PAGE_POLICY)
      checkRequest(request, guard)
      const entry = entryOf(request, guard)
      if (entry) return void enter(response, entry)
      checkReader(request, guard)
      await answer(request, response)
      if (response.statusCode === 401) refusals.refused('no-token', request)
    } catch (error) {
      const problem = problemOf(error, log)
      if (problem.status < 500) refusals.refused(problem.code, request)
      answerProblem(request, response, problem)
    }
  })
  server.on('upgrade', (request, socket, head) => {
    room.heard(request.socket)
    socket.on('error', () => socket.destroy())
    const orRefuse = (act: () => void): void => {
      try {
        act()
      } catch (error) {
        const problem = problemOf(error, log)
        refusals.refused(problem.code, request)
        refuseRaw(socket, problem)
      }
    }
    orRefuse(() => {
      checkRequest(request, guard)
      checkReader(request, guard)
      checkUpgrade(request)
      upgrades.add(socket, () => orRefuse(() => upgrade(request, socket, head)))
    })
  })
  return {
    guard,
    async listen() {
      await listen(server, settings.PORT, settings.HOST)
      const { port } = server.address() as AddressInfo
      guard.names = namesOf(port, settings.ROBINSCOPE_ALLOWED_HOSTS)
      return port
    },
    open(answers, handOver) {
      answer = answers
      upgrade = handOver
    },
    close: () => {
      upgrades.close()
      return closeServer(server)
    },
  }
}

/** The token leaves the address, and thereby the history, before anything else is shown. */
function enter(response: ServerResponse, { location, cookie }: { location: string; cookie: string }): void {
  response.writeHead(303, { Location: location, 'Set-Cookie': cookie, 'Cache-Control': 'no-store' })
  response.end()
}

const hasNoBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0

/** One kind of upgrade there is: socket.io's WebSocket. */
function checkUpgrade({ url }: IncomingMessage): void {
  const { pathname, searchParams } = new URL(url ?? '/', 'http://dashboard')
  const isOurs = pathname === '/socket.io/' && searchParams.get('EIO') === '4'
  if (!isOurs || searchParams.get('transport') !== 'websocket') {
    throw new ProblemError('malformed', 'The only upgrade here is the WebSocket of the page.')
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
