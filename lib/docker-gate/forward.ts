import {
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http'
import type { Duplex } from 'node:stream'
import type { Passed } from './decide.ts'

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer', 'te'])

const endToEnd = (answer: IncomingMessage): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.has(name)))

function send(socketPath: string, method: string, passed: Passed, extra: OutgoingHttpHeaders): ClientRequest {
  const { path, body } = passed
  const bytes = body === null || body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body))
  const type = body instanceof Uint8Array ? 'application/x-tar' : 'application/json'
  const headers = {
    Host: 'docker',
    ...extra,
    ...(bytes ? { 'Content-Type': type, 'Content-Length': bytes.length } : {}),
  }
  const sending = request({ socketPath, method, path, agent: false, headers })
  sending.end(bytes)
  return sending
}

/** Sends a passed call to the engine and streams its answer back. Either side's end is the other's. */
export function forward(socketPath: string, method: string, passed: Passed, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = send(socketPath, method, passed, {})
    response.once('close', () => {
      sending.destroy()
      resolve()
    })
    sending.on('error', (error) => (response.headersSent ? response.destroy() : reject(error)))
    sending.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer))
      response.flushHeaders()
      answer.once('error', () => response.destroy())
      answer.pipe(response)
    })
  })
}

/**
 * Sends a passed call that asks for an upgrade (`Upgrade: tcp`, the engine's way to a two-way stream) and joins both sockets.
 * @returns the engine's ordinary answer where it does not upgrade
 */
export function forwardUpgrade(
  socketPath: string,
  method: string,
  passed: Passed,
  caller: Duplex,
): Promise<IncomingMessage | null> {
  return new Promise((resolve, reject) => {
    const sending = send(socketPath, method, passed, { Connection: 'Upgrade', Upgrade: 'tcp' })
    const endBoth = (): void => {
      sending.destroy()
      caller.destroy()
    }
    caller.once('close', endBoth)
    sending.on('error', reject)
    sending.once('response', resolve)
    sending.once('upgrade', (answer, engine, head) => {
      engine.on('error', endBoth)
      engine.once('close', endBoth)
      const type = answer.headers['content-type'] ?? 'application/vnd.docker.raw-stream'
      caller.write(
        `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`,
        'latin1',
      )
      caller.write(head)
      engine.pipe(caller)
      caller.pipe(engine)
      resolve(null)
    })
  })
}
