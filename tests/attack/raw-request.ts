import { connect } from 'node:net'

/** What came back on one connection: `status` is null when it was closed without an answer. */
export type RawAnswer = { status: number | null; head: string; body: string; closed: boolean; ms: number }

export type RawOptions = {
  /** How long to wait for the other side to close, or for a whole answer. */
  limitMs?: number
  /** Pieces to send one after the other, with a pause before each but the first. */
  pauseMs?: number
  /** Reads on after a switch of protocols, for as long as the limit. */
  upgraded?: boolean
}

const wholeAnswer = (text: string, hasBody: boolean): boolean => {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  const head = text.slice(0, end)
  if (!hasBody || /^HTTP\/1\.1 (1\d\d|204|304) /.test(head)) return true
  const length = /^content-length: *(\d+)/im.exec(head)?.[1]
  if (length !== undefined) return Buffer.byteLength(text.slice(end + 4)) >= Number(length)
  return /^transfer-encoding: *chunked/im.test(head) && text.endsWith('0\r\n\r\n')
}

/** Sends bytes as they are, without any client's manners, and reads until an answer is whole or the connection ends. */
export async function rawRequest(
  port: number,
  bytes: string | Buffer | readonly (string | Buffer)[],
  { limitMs = 5_000, pauseMs = 0, upgraded = false }: RawOptions = {},
): Promise<RawAnswer> {
  const startedAt = performance.now()
  const { promise, resolve } = Promise.withResolvers<RawAnswer>()
  const pieces = Array.isArray(bytes) ? [...bytes] : [bytes]
  const hasBody = !String(pieces[0]).startsWith('HEAD ')
  let text = ''
  let closed = false
  const socket = connect({ host: '127.0.0.1', port })
  const finish = (): void => {
    clearTimeout(limit)
    clearTimeout(pause)
    socket.destroy()
    const end = text.indexOf('\r\n\r\n')
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1]
    resolve({
      status: status === undefined ? null : Number(status),
      head: end < 0 ? text : text.slice(0, end),
      body: end < 0 ? '' : text.slice(end + 4),
      closed,
      ms: performance.now() - startedAt,
    })
  }
  let pause: NodeJS.Timeout | undefined
  const limit = setTimeout(finish, limitMs)
  const sendNext = (): void => {
    const piece = pieces.shift()
    if (piece === undefined || closed) return
    socket.write(piece)
    pause = setTimeout(sendNext, pauseMs)
  }
  socket.on('connect', sendNext)
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    const readsOn = upgraded && text.startsWith('HTTP/1.1 101 ')
    if (!readsOn && wholeAnswer(text, hasBody)) finish()
  })
  // A reset is an end like any other here.
  socket.on('error', () => undefined)
  socket.on('close', () => {
    closed = true
    finish()
  })
  return promise
}

/** One request as text: `headers` in the order given, repeated names as pairs. */
export const requestText = (target: string, headers: [string, string][], method = 'GET', body = ''): string =>
  [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), '', body].join('\r\n')

/** The headers of a WebSocket handshake, RFC 6455 section 4.1. */
export const upgradeHeaders = (host: string, origin: string | null): [string, string][] => [
  ['Host', host],
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ['Sec-WebSocket-Version', '13'],
  ...(origin === null ? [] : [['Origin', origin] satisfies [string, string]]),
]

export const SOCKET_TARGET = '/socket.io/?EIO=4&transport=websocket'
