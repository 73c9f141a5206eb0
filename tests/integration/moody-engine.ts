import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { idOf, inspected } from '#tests/unit/docker-gate/inspected.ts'

export const BACKEND = inspected('backend', 1)

export type MoodyEngine = {
  server: Server
  /** Calls that arrived, method and target. */
  seen: string[]
  /** How many sockets are open. */
  connections(): number
  /** From now on calls whose target matches wait; `answer()` lets them go on. */
  stall(pattern: RegExp): void
  answer(): void
  /** From now on calls whose target matches are treated so: their connection is cut, or this status is answered, after a while. */
  treat(pattern: RegExp, how: 'cut' | { status: number; afterMs?: number }): void
  /** Sockets that stream now. */
  openStreams(): Socket[]
  /** Ends, or cuts, what streams now. */
  endStreams(how: 'end' | 'cut'): void
}

const ATTACHED =
  'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n'
const EVENT = '{"Type":"container","Action":"die","Actor":{"ID":"x"}}\n'

/** An engine that knows one backend, keeps its streams open as the real one does, and can be late, rude or away. */
export function moodyEngine(): MoodyEngine {
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const streams = new Set<Socket>()
  let stalled: { pattern: RegExp; over: PromiseWithResolvers<void> } | null = null
  let treated: { pattern: RegExp; how: 'cut' | { status: number; afterMs?: number } } | null = null

  async function arrive(call: IncomingMessage): Promise<void> {
    seen.push(`${call.method} ${call.url}`)
    if (stalled?.pattern.test(call.url ?? '')) await stalled.over.promise
  }

  const server = createServer(async (call, answer) => {
    const url = call.url ?? ''
    await text(call).catch(() => '')
    await arrive(call)
    if (treated?.pattern.test(url)) {
      const { how } = treated
      if (how === 'cut') return call.socket.destroy()
      await new Promise((resolve) => setTimeout(resolve, how.afterMs ?? 0))
      return answer.writeHead(how.status).end(how.status === 204 ? undefined : '{"message":"words of the engine"}')
    }
    if (url.includes('/logs') || url.includes('/events')) {
      streams.add(call.socket)
      answer.writeHead(200)
      answer.write(url.includes('/events') ? EVENT : 'first')
      return
    }
    const found = url.includes(idOf(BACKEND)) ? BACKEND : { message: 'No such container' }
    answer.writeHead(found === BACKEND ? 200 : 404).end(JSON.stringify(found))
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('upgrade', async (call: IncomingMessage, socket: Socket) => {
    socket.on('error', () => socket.destroy())
    // Like the real one: the end of a container's input is not the end of its output. Only writing tells a socket that is closed.
    socket.resume()
    socket.once('end', () => {
      const probing = setInterval(() => socket.write('x'), 20)
      socket.once('close', () => clearInterval(probing))
    })
    await arrive(call)
    streams.add(socket)
    socket.write(`${ATTACHED}hello`)
  })
  return {
    ...{ server, seen },
    connections: () => sockets.size,
    stall: (pattern) => {
      stalled = { pattern, over: Promise.withResolvers() }
    },
    answer: () => stalled?.over.resolve(),
    treat: (pattern, how) => {
      treated = { pattern, how }
    },
    openStreams: () => [...streams],
    endStreams: (how) => {
      for (const socket of streams) how === 'end' ? socket.end() : socket.destroy()
    },
  }
}
