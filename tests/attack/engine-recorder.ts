import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'

/** What a dashboard asks while nothing happens: it looks, it listens, and it renews its lease in the front door's volume. */
const LOOKING = /^(GET|HEAD) /
const LEASE = /^PUT (\/v[\d.]+)?\/containers\/[0-9a-f]{64}\/archive\?/
const LOOKED_AT =
  /^GET (\/v[\d.]+)?\/(_ping|events|containers\/json|containers\/[0-9a-f]{64}\/(json|logs|top)|exec\/[0-9a-f]{64}\/json)(\?|$)/

export type EngineRecorder = {
  /** A DOCKER_HOST. */
  dockerHost: string
  socketPath: string
  /** Every call so far: method and target. */
  calls(): string[]
  /** Those that are meant to change something. */
  acts(): string[]
  /** Those that look at what a dashboard has no business to look at. */
  pries(): string[]
  /** Forgets what was recorded. */
  forget(): void
  close(): Promise<void>
}

/**
 * Stands between a dashboard and its engine, on a unix socket, and writes down every call before it passes it on.
 * Without an engine behind it, it refuses all of them.
 */
export async function openEngineRecorder(enginePath: string | null): Promise<EngineRecorder> {
  const folder = mkdtempSync(join(tmpdir(), 'recorder-'))
  const socketPath = join(folder, 'engine.sock')
  let calls: string[] = []
  const record = (call: IncomingMessage): void => void calls.push(`${call.method} ${call.url}`)
  const server = createServer((call, answer) => {
    record(call)
    if (enginePath === null) answer.writeHead(403).end('{"message":"nobody may call an engine here"}')
    else passOn(enginePath, call, answer).catch(() => answer.destroy())
  })
  server.on('upgrade', (call, socket: Socket, head) => {
    record(call)
    if (enginePath === null) socket.destroy()
    else passOnUpgrade(enginePath, call, socket, head)
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return {
    ...{ dockerHost: `unix://${socketPath}`, socketPath },
    calls: () => [...calls],
    acts: () => calls.filter((call) => !LOOKING.test(call) && !LEASE.test(call)),
    pries: () => calls.filter((call) => LOOKING.test(call) && !LOOKED_AT.test(call)),
    forget: () => {
      calls = []
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function passOn(socketPath: string, call: IncomingMessage, answer: ServerResponse): Promise<void> {
  const { method, url: path, headers } = call
  // In one piece: an engine that has read a body answers and closes, whatever is still to come of its encoding.
  const { 'transfer-encoding': _chunked, ...plain } = headers
  const body = await buffer(call)
  const length = body.length > 0 ? { 'content-length': body.length } : {}
  const passed = request({ socketPath, method, path, headers: { ...plain, ...length }, agent: false })
  passed.end(body.length > 0 ? body : undefined)
  answer.once('close', () => passed.destroy())
  passed.on('error', () => answer.destroy())
  passed.once('response', (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers)
    answer.flushHeaders()
    response.on('error', () => answer.destroy())
    response.pipe(answer)
  })
}

function passOnUpgrade(socketPath: string, call: IncomingMessage, socket: Socket, head: Buffer): void {
  const { method, url: path, headers } = call
  const passed = request({ socketPath, method, path, headers, agent: false })
  const endBoth = (): void => {
    passed.destroy()
    socket.destroy()
  }
  socket.on('error', endBoth)
  passed.on('error', endBoth)
  passed.once('response', endBoth)
  passed.once('upgrade', (response, engine, first) => {
    const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`HTTP/1.1 101 UPGRADED\r\n${lines.join('')}\r\n`)
    socket.write(first)
    engine.write(head)
    engine.on('error', endBoth)
    engine.once('close', endBoth)
    socket.once('close', endBoth)
    engine.pipe(socket)
    socket.pipe(engine)
  })
  passed.end()
}
