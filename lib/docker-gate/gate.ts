import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { parseJson } from '../compose/fields.ts'
import { callerLeft, watchCaller } from './caller-left.ts'
import { type Decision, decide } from './decide.ts'
import { dropBody } from './drop-body.ts'
import { askEngine, ENGINE_GONE_HEADER, type EngineAccess, EngineAnswered, EngineGone } from './engine.ts'
import { forward, forwardUpgrade } from './forward.ts'
import { lookUp } from './look-up.ts'
import { readBody, TooLong } from './read-body.ts'
import { type Asked, type Refusal, recognise, refusal } from './recognise.ts'
import { shownList } from './shown.ts'
import { shownEvents } from './shown-events.ts'

export type GateOptions = {
  /** The Compose project that this gate stands before. */
  project: string
  /** The engine's own unix socket. */
  enginePath: string
  /** Told of every call that did not pass. */
  refused: (method: string, url: string, why: string) => void
  /** How long the engine may be silent: until a look-up is answered, and until the head of the answer to a call. */
  deadlines?: { lookUpMs: number; callMs: number }
}

/** An answer of the gate's own, JSON, or one of the engine's that is known whole. */
type Reply = { status: number; body: string; headers?: OutgoingHttpHeaders }

const MAX_CONNECTIONS = 256
const MAX_UPGRADE_BODY_BYTES = 64 * 1024
/** A call has longer than the engine takes to create or start a container while it makes many. */
const DEADLINES = { lookUpMs: 10_000, callMs: 30_000 }
/** The engine's own grace for a stop that names none. */
const DEFAULT_GRACE_S = 10

const said = (status: number, message: string): Reply => ({ status, body: JSON.stringify({ message }) })

function replyTo(error: unknown): Reply {
  if (error instanceof TooLong) return said(413, error.message)
  if (error instanceof EngineAnswered) return { status: error.answer.status, body: error.answer.text }
  if (error instanceof EngineGone) return { ...said(error.status, error.message), headers: ENGINE_GONE_HEADER }
  return said(500, 'docker-gate: this call cannot be judged')
}

/** Until the head of the answer: a stop answers when the container has ended, or its grace has. */
function deadlineOf({ rule, target }: Asked, callMs: number): number | null {
  if (rule.streams) return null
  const isStop = rule.path.endsWith('/stop')
  return callMs + (isStop ? Number(target.query.get('t') ?? DEFAULT_GRACE_S) * 1000 : 0)
}

/** Stands between the dashboard and the engine: lists, checks, and sends on; everything else is 403. Not listening yet. */
export function createGate({ project, enginePath, refused, deadlines = DEADLINES }: GateOptions): Server {
  const judge = async (access: EngineAccess, asked: Asked, given: unknown): Promise<Decision> =>
    decide(asked, given, await lookUp(access, project, asked, given), project)

  function refuse(request: IncomingMessage, { refused: why, status }: Refusal): Reply {
    refused(request.method ?? '', request.url ?? '', why)
    return said(status, `docker-gate: ${why}`)
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<Reply | null> {
    const method = request.method ?? ''
    const asked = recognise(method, request.url ?? '')
    if ('refused' in asked) return refuse(request, asked)
    const access = { socketPath: enginePath, left: callerLeft(response), lookUpMs: deadlines.lookUpMs }
    const decision = await judge(access, asked, await readBody(request, asked.rule.body))
    if ('refused' in decision) return refuse(request, decision)
    if ('answer' in decision) return { status: 200, body: JSON.stringify(decision.answer) }
    if (asked.rule.shows === 'list') {
      const { status, text: listed } = await askEngine(access, decision.path)
      return { status, body: status === 200 ? JSON.stringify(shownList(parseJson(listed))) : listed }
    }
    const shown = asked.rule.shows === 'events' ? shownEvents() : null
    await forward(
      { ...access, method, passed: decision, deadlineMs: deadlineOf(asked, deadlines.callMs) },
      response,
      shown,
    )
    return null
  }

  async function handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<Reply | null> {
    const method = request.method ?? ''
    const asked = recognise(method, request.url ?? '')
    if ('refused' in asked) return refuse(request, asked)
    const bodyBytes = Number(request.headers['content-length'] ?? 0)
    const readable = request.headers['transfer-encoding'] === undefined && bodyBytes <= MAX_UPGRADE_BODY_BYTES
    if (!asked.rule.upgrades || request.headers.upgrade !== 'tcp' || !readable)
      return refuse(request, refusal('this call is not upgraded'))
    const caller = watchCaller(socket)
    const access = { socketPath: enginePath, left: caller.left, lookUpMs: deadlines.lookUpMs }
    await dropBody(socket, head, bodyBytes, caller.left)
    const decision = await judge(access, asked, undefined)
    if ('refused' in decision) return refuse(request, decision)
    if ('answer' in decision) return refuse(request, refusal('this call is not upgraded'))
    const call = { ...access, method, passed: decision, deadlineMs: deadlineOf(asked, deadlines.callMs) }
    const ordinary = await forwardUpgrade(call, socket, caller)
    return ordinary && { status: ordinary.statusCode ?? 502, body: await text(ordinary) }
  }

  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    handle(request, response)
      .catch(replyTo)
      .then((reply) => {
        if (!reply || response.destroyed) return
        if (response.headersSent) return response.destroy()
        const closes = reply.status < 400 ? {} : { Connection: 'close' }
        response.writeHead(reply.status, { ...jsonHeaders(reply), ...closes })
        response.end(reply.body)
      })
  })
  server.maxConnections = MAX_CONNECTIONS
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    handleUpgrade(request, socket, head)
      .catch(replyTo)
      .then((reply) => {
        if (!reply || socket.destroyed) return
        const status = `${reply.status} ${STATUS_CODES[reply.status] ?? ''}`
        const headers = Object.entries({ ...jsonHeaders(reply), Connection: 'close' })
        const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
        socket.end(`HTTP/1.1 ${status}\r\n${lines}\r\n${reply.body}`, () => socket.destroy())
      })
  })
  return server
}

const jsonHeaders = ({ body, headers }: Reply): OutgoingHttpHeaders => ({
  'Content-Type': 'application/json',
  'Content-Length': Buffer.byteLength(body),
  ...headers,
})
