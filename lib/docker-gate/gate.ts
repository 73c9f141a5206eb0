import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { type Decision, decide } from './decide.ts'
import { dropBody } from './drop-body.ts'
import { askEngine, EngineGone } from './engine.ts'
import { fieldsOf, parseJson } from './fields.ts'
import { forward, forwardUpgrade } from './forward.ts'
import { serviceOf } from './known.ts'
import { engineFacts, leaveOut } from './leave-out.ts'
import { lookUp } from './look-up.ts'
import { readBody, TooLong } from './read-body.ts'
import { type Asked, type Refusal, recognise, refusal } from './recognise.ts'

export type GateOptions = {
  /** The Compose project that this gate stands before. */
  project: string
  /** The engine's own unix socket. */
  enginePath: string
  /** Told of every call that did not pass. */
  refused: (method: string, url: string, why: string) => void
}

type Failure = { status: number; message: string }

const MAX_CONNECTIONS = 256
const MAX_UPGRADE_BODY_BYTES = 64 * 1024

function failureOf(error: unknown): Failure {
  if (error instanceof TooLong) return { status: 413, message: error.message }
  const gone = error instanceof EngineGone ? error.message : 'the engine does not answer'
  return { status: 502, message: gone }
}

/** Stands between the dashboard and the engine: lists, checks, and sends on; everything else is 403. Not listening yet. */
export function createGate({ project, enginePath, refused }: GateOptions): Server {
  async function judge(asked: Asked, given: unknown): Promise<Decision> {
    return decide(asked, given, await lookUp(enginePath, project, asked, given), project)
  }

  function failureFor(request: IncomingMessage, refusal: Refusal): Failure {
    refused(request.method ?? '', request.url ?? '', refusal.refused)
    return { status: refusal.status, message: `docker-gate: ${refusal.refused}` }
  }

  async function answerReduced(asked: Asked, path: string, response: ServerResponse): Promise<void> {
    const { status, text } = await askEngine(enginePath, path)
    const fields = fieldsOf(parseJson(text))
    const container = (): object => leaveOut(fields, serviceOf(fields, project))
    const body =
      status !== 200 ? text : JSON.stringify(asked.rule.reduced === 'container' ? container() : engineFacts(text))
    response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
    response.end(body)
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<Failure | null> {
    const method = request.method ?? ''
    const asked = recognise(method, request.url ?? '')
    if ('refused' in asked) return failureFor(request, asked)
    const decision = await judge(asked, await readBody(request, asked.rule.body))
    if ('refused' in decision) return failureFor(request, decision)
    if (asked.rule.reduced) await answerReduced(asked, decision.path, response)
    else await forward(enginePath, method, decision, response)
    return null
  }

  async function handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<Failure | null> {
    const method = request.method ?? ''
    const asked = recognise(method, request.url ?? '')
    if ('refused' in asked) return failureFor(request, asked)
    const bodyBytes = Number(request.headers['content-length'] ?? 0)
    const readable = request.headers['transfer-encoding'] === undefined && bodyBytes <= MAX_UPGRADE_BODY_BYTES
    if (!asked.rule.upgrades || request.headers.upgrade !== 'tcp' || !readable)
      return failureFor(request, refusal('this call is not upgraded'))
    await dropBody(socket, head, bodyBytes)
    const decision = await judge(asked, undefined)
    if ('refused' in decision) return failureFor(request, decision)
    const ordinary = await forwardUpgrade(enginePath, method, decision, socket)
    return ordinary && { status: ordinary.statusCode ?? 502, message: engineMessage(await text(ordinary)) }
  }

  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    handle(request, response)
      .catch(failureOf)
      .then((failure) => {
        if (!failure || response.destroyed) return
        if (response.headersSent) response.destroy()
        else response.writeHead(failure.status, { 'Content-Type': 'application/json', Connection: 'close' })
        response.end(JSON.stringify({ message: failure.message }))
      })
  })
  server.maxConnections = MAX_CONNECTIONS
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    handleUpgrade(request, socket, head)
      .catch(failureOf)
      .then((failure) => {
        if (!failure) return
        const body = JSON.stringify({ message: failure.message })
        const status = `${failure.status} ${STATUS_CODES[failure.status] ?? ''}`
        const headers = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close`
        socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}`)
      })
  })
  return server
}

function engineMessage(body: string): string {
  const { message } = fieldsOf(parseJson(body))
  return typeof message === 'string' ? message : 'the engine refused'
}
