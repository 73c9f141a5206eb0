import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const CONNECT_LIMIT_MS = 5_000

/** A kept connection that was used once, as a browser leaves them: nginx's old workers stay for it a while. The caller destroys it. */
export async function openIdleConnection(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => socket.destroy())
  socket.setTimeout(CONNECT_LIMIT_MS, () => socket.destroy())
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await Promise.race([once(socket, 'data'), once(socket, 'close')])
  socket.setTimeout(0)
  return socket
}
