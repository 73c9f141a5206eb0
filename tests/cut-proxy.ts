import { connect, createServer, type Socket } from 'node:net'

export type CutProxy = {
  port: number
  /** Cuts every connection now, as a pulled cable would end them: by a reset. New ones get through. */
  cut(): number
  /** The browsers that are connected now stop reading, and keep their connections. */
  freeze(): void
  /** Bytes of both directions that came over the connections that are open now. */
  bytes(): number
  /** From now on nothing gets through, until `allow`. */
  refuse(): void
  allow(): void
  close(): Promise<void>
}

/** A TCP proxy on loopback between a browser and a dashboard, for tests that break the link. */
export async function openCutProxy(targetPort: () => number): Promise<CutProxy> {
  const open = new Set<Socket>()
  const fromServer = new Set<Socket>()
  let refusing = false
  const server = createServer((inside) => {
    if (refusing) return void inside.resetAndDestroy()
    const outside = connect({ host: '127.0.0.1', port: targetPort() })
    fromServer.add(outside)
    outside.once('close', () => fromServer.delete(outside))
    for (const socket of [inside, outside]) {
      open.add(socket)
      socket.once('close', () => {
        open.delete(socket)
        inside.destroy()
        outside.destroy()
      })
      socket.on('error', () => socket.destroy())
    }
    inside.pipe(outside)
    outside.pipe(inside)
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy got no port')
  const cut = (): number => {
    const count = open.size
    for (const socket of open) socket.resetAndDestroy()
    return count
  }
  return {
    port: address.port,
    cut,
    freeze: () => {
      for (const socket of fromServer) socket.unpipe().pause()
    },
    bytes: () => [...open].reduce((sum, socket) => sum + socket.bytesRead, 0),
    refuse: () => {
      refusing = true
      cut()
    },
    allow: () => {
      refusing = false
    },
    close: () => {
      cut()
      return new Promise((done) => server.close(() => done()))
    },
  }
}
