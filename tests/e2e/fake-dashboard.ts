import { createServer } from 'node:http'
import { Server } from 'socket.io'
import type { Ack, ClientToServerEvents, ServerToClientEvents } from '#lib/protocol/events.ts'
import { PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { openPage } from '#lib/server/page.ts'
import type { Scene } from './fake-scenes.ts'

/** `silent`: takes the connection and never says a word. `gone`: takes none, as a server that ended. */
export type Script = { kind: 'silent' } | { kind: 'gone' } | { kind: 'scene'; scene: Scene }

export type FakeDashboard = {
  url: string
  play(script: Script): void
  /** Sends one more frame to every page that is connected. */
  send(frame: Uint8Array): void
  /** Ends every connection and takes no new one. */
  vanish(): void
  close(): Promise<void>
}

/** What every backend says of itself. */
const EXECUTED = 1_203
const TOKEN = 'token-of-the-fake-dashboard'

/** Serves the built page and speaks lib/protocol/events.ts by script: any state of the page, without a cluster. Every command is refused. */
export async function openFakeDashboard(): Promise<FakeDashboard> {
  let script: Script = { kind: 'silent' }
  const http = createServer()
  const io = new Server<ClientToServerEvents, ServerToClientEvents>(http, {
    transports: ['websocket'],
    serveClient: false,
    allowRequest: (_request, answer) => answer(null, script.kind !== 'gone'),
  })
  io.use((socket, next) => {
    const { token, protocol } = socket.handshake.auth
    next(token === TOKEN && protocol === PROTOCOL_VERSION ? undefined : new Error('no-token'))
  })
  io.on('connection', (socket) => {
    if (script.kind === 'scene') {
      socket.emit('welcomed', script.scene.welcome)
      for (const frame of script.scene.frames) socket.emit('burst:frame', frame)
    }
    const refuse = (_command: unknown, answer: (ack: Ack<never>) => void): void =>
      answer({
        ok: false,
        problem: new ProblemError('not-reached', 'Backend 4 was made but did not get ready in 30 s.', {
          ...{ stage: 'ready', cause: 'no such image: robinscope-backend:latest' },
        }).problem,
      })
    socket.on('burst:start', refuse)
    socket.on('burst:cancel', refuse)
    socket.on('cluster:scale', refuse)
    socket.on('backend:read-ledger', ({ backend }, answer) =>
      answer({ ok: true, value: { backend, executed: EXECUTED } }),
    )
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  http.once('error', reject)
  http.listen(0, '127.0.0.1', resolve)
  await promise
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('The fake dashboard got no port')
  const page = await openPage({ token: TOKEN, port: address.port })
  http.on('request', (request, response) => {
    const { url = '' } = request
    const [, run] = /^\/api\/runs\/(b\d+)\?format=file$/.exec(url) ?? []
    if (run !== undefined) {
      const file = script.kind === 'scene' ? script.scene.files[run] : undefined
      response.writeHead(file ? 200 : 404, { 'content-type': 'application/octet-stream' }).end(file)
    } else if (!url.startsWith('/socket.io/')) void page.answer(request, response)
  })
  return {
    url: `http://127.0.0.1:${address.port}`,
    play: (next) => {
      script = next
    },
    send: (frame) => void io.emit('burst:frame', frame),
    vanish: () => {
      script = { kind: 'gone' }
      io.disconnectSockets(true)
    },
    close: async () => {
      await io.close()
      await page.close()
    },
  }
}
