import { connect } from 'node:net'

/** One call at the gate, byte by byte as given. Resolves with the status, null when the connection just ended. */
export async function askGate(
  socketPath: string,
  method: string,
  target: string,
  body: string | Uint8Array = '',
): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>()
  const socket = connect(socketPath)
  let text = ''
  socket.on('error', () => undefined)
  socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]) || null))
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    if (text.includes('\r\n\r\n')) socket.end()
  })
  socket.setTimeout(10_000, () => socket.destroy())
  const type = typeof body === 'string' ? 'application/json' : 'application/x-tar'
  const head = `Host: docker\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
  socket.write(`${method} ${target} HTTP/1.1\r\n${head}\r\n`)
  socket.write(body)
  return promise
}
