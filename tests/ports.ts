import { connect, createServer } from 'node:net'

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.once('error', reject)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() =>
      typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port was given')),
    )
  })
  return promise
}

/** Whether anything accepts connections at this port of 127.0.0.1. */
export function portAnswers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ host: '127.0.0.1', port })
  socket.setTimeout(1_000, () => socket.destroy())
  socket.once('connect', () => {
    resolve(true)
    socket.destroy()
  })
  socket.once('error', () => resolve(false))
  socket.once('close', () => resolve(false))
  return promise
}
