import { createServer, type Socket } from 'node:net'

/** One request as the server got it. */
export type Heard = {
  order: number
  connection: number
  onConnection: number
  head: string
  body: string
  socket: Socket
}

export type ScriptedServer = {
  target: { host: string; port: number }
  heard: Heard[]
  connections: () => number
  /** The most requests that were without an answer at the same time. */
  mostInFlight: () => number
  close: () => Promise<void>
}

export const plainAnswer = (body = 'ok', fields = ''): string =>
  `HTTP/1.1 200 OK\r\n${fields}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

/**
 * A raw TCP server that hands every request to `script`, which may do anything with the socket. `answered` is
 * called by the script when it has sent its last byte; `reply` does both.
 */
export async function openScriptedServer(
  script: (request: Heard, reply: (bytes: string | Buffer) => void) => void,
): Promise<ScriptedServer> {
  const heard: Heard[] = []
  const sockets = new Set<Socket>()
  const count = { connections: 0, inFlight: 0, most: 0 }
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = ++count.connections
    let onConnection = 0
    let waiting = 0
    let text = ''
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      count.inFlight -= waiting
    })
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end)
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
        if (text.length < end + 4 + length) return
        const body = text.slice(end + 4, end + 4 + length)
        text = text.slice(end + 4 + length)
        const request = { order: heard.length, connection, onConnection: onConnection++, head, body, socket }
        heard.push(request)
        waiting++
        count.most = Math.max(count.most, ++count.inFlight)
        script(request, (bytes) => {
          waiting--
          count.inFlight--
          socket.write(bytes)
        })
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port was given')
  return {
    target: { host: '127.0.0.1', port: address.port },
    heard,
    connections: () => count.connections,
    mostInFlight: () => count.most,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
