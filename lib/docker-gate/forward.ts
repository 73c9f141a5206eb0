import {
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http'
import { type Duplex, pipeline, type Transform } from 'node:stream'
import type { UpgradingCaller } from './caller-left.ts'
import type { Passed } from './decide.ts'
import { type EngineAccess, EngineGone } from './engine.ts'

/** A call as it goes to the engine. `deadlineMs`: until the head of its answer; null for a stream, which may begin late. */
export type Call = EngineAccess & { method: string; passed: Passed; deadlineMs: number | null }

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer', 'te'])

const endToEnd = (answer: IncomingMessage): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.has(name)))

/** Opens the call at the engine; `failed` is told at most once, with EngineGone, and only before the head of an answer. */
function send(call: Call, upgrade: OutgoingHttpHeaders, failed: (error: EngineGone) => void): ClientRequest {
  const { socketPath, method, passed, deadlineMs, left } = call
  const { path, body } = passed
  const bytes = body === null || body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body))
  const type = body instanceof Uint8Array ? 'application/x-tar' : 'application/json'
  const length = bytes ? { 'Content-Type': type, 'Content-Length': bytes.length } : {}
  const headers = { Host: 'docker', ...upgrade, ...length }
  const sending = request({ socketPath, method, path, agent: false, headers, signal: left })
  let late: NodeJS.Timeout | undefined
  if (deadlineMs !== null) late = setTimeout(() => sending.destroy(new EngineGone(504)), deadlineMs)
  const headCame = (): void => clearTimeout(late)
  sending.once('response', headCame)
  sending.once('upgrade', headCame)
  sending.once('close', headCame)
  sending.on('error', (error) => failed(error instanceof EngineGone ? error : new EngineGone(502, error)))
  sending.end(bytes)
  return sending
}

/**
 * Sends a passed call to the engine and streams its answer back, through `shown` where it is reduced. Either side's end, reset or
 * broken pipe is the other's. Opens nothing for a caller that has left. Throws EngineGone before the head of the answer.
 */
export function forward(call: Call, response: ServerResponse, shown: Transform | null): Promise<void> {
  if (call.left.aborted) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const sending = send(call, {}, (error) => (response.headersSent ? response.destroy() : reject(error)))
    sending.once('response', (answer) => {
      const headers = endToEnd(answer)
      const isShown = shown !== null && answer.statusCode === 200
      if (isShown) delete headers['content-length']
      response.writeHead(answer.statusCode ?? 502, headers)
      response.flushHeaders()
      pipeline([answer, ...(isShown ? [shown] : []), response], () => resolve())
    })
  })
}

/** Joins both sockets: what one says the other hears, and when either ends or breaks, both are over. */
function join(caller: Duplex, engine: Duplex): void {
  const endBoth = (): void => {
    caller.destroy()
    engine.destroy()
  }
  pipeline(engine, caller, endBoth)
  pipeline(caller, engine, endBoth)
}

/**
 * Sends a passed call that asks for an upgrade (`Upgrade: tcp`, the engine's way to a two-way stream) and joins both sockets. A
 * caller that ends its half has left: no call behind the gate is half closed.
 * @returns the engine's ordinary answer where it does not upgrade
 */
export function forwardUpgrade(call: Call, socket: Duplex, caller: UpgradingCaller): Promise<IncomingMessage | null> {
  if (caller.left.aborted) {
    socket.destroy()
    return Promise.resolve(null)
  }
  return new Promise((resolve, reject) => {
    const sending = send(call, { Connection: 'Upgrade', Upgrade: 'tcp' }, reject)
    sending.once('response', resolve)
    sending.once('upgrade', (answer, engine, head) => {
      // The request is no longer the socket's owner: destroying it would leave the socket open.
      if (caller.left.aborted || socket.destroyed) {
        engine.destroy()
        socket.destroy()
      } else {
        caller.joined()
        const type = answer.headers['content-type'] ?? 'application/vnd.docker.raw-stream'
        socket.write(
          `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`,
          'latin1',
        )
        if (head.length > 0) engine.unshift(head)
        join(socket, engine)
      }
      resolve(null)
    })
  })
}
