import type { Server } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'

/** Requests that were on their way when the signal came have this long to arrive before idle connections are closed. */
const QUIET_MS = 100
const LOOK_EVERY_MS = 20

/** Follows the open connections of a server, at a cost per connection and none per request. */
export function followSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

/**
 * Stops listening, lets what is in flight finish, and resolves when no connection is left, at the latest after `graceMs`.
 * `http.Server.close` would cut idle kept connections at once, and a request on its way to one of them would be lost:
 * so the listener alone is closed, by the method of `net.Server`.
 */
export function drain(
  server: Server,
  sockets: ReadonlySet<Socket>,
  inFlight: () => number,
  graceMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const quietAt = performance.now() + QUIET_MS
    const look = setInterval(() => {
      if (performance.now() < quietAt || inFlight() > 0) return
      server.closeIdleConnections()
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    }, LOOK_EVERY_MS)
    const late = setTimeout(() => server.closeAllConnections(), graceMs)
    NetServer.prototype.close.call(server, () => {
      clearInterval(look)
      clearTimeout(late)
      resolve()
    })
  })
}
