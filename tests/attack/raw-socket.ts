import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import type { Product } from '../product.ts'
import { until } from '../until.ts'
import { requestText, SOCKET_TARGET, upgradeHeaders } from './raw-request.ts'

const TEXT = 0x1
const CONTINUATION = 0x0
const CLOSE = 0x8
const FINAL = 0x80
const MASKED = 0x80

/** A client frame, RFC 6455 section 5.2. `declared` lies about the length when it is given. */
export function frameOf(
  payload: string | Buffer,
  options: { opcode?: number; final?: boolean; declared?: number } = {},
) {
  const content = Buffer.from(payload)
  const { opcode = TEXT, final = true, declared = content.length } = options
  const mask = randomBytes(4)
  const masked = content.map((byte, index) => byte ^ (mask[index % 4] ?? 0))
  const first = opcode | (final ? FINAL : 0)
  if (declared < 126) return Buffer.concat([Buffer.from([first, MASKED | declared]), mask, masked])
  const head = Buffer.alloc(declared < 65_536 ? 4 : 10)
  head[0] = first
  head[1] = MASKED | (declared < 65_536 ? 126 : 127)
  if (declared < 65_536) head.writeUInt16BE(declared, 2)
  else head.writeBigUInt64BE(BigInt(declared), 2)
  return Buffer.concat([head, mask, masked])
}

export const fragmentOf = (payload: string, index: number): Buffer =>
  frameOf(payload, { opcode: index === 0 ? TEXT : CONTINUATION, final: false })

/** One message in so many pieces of a byte each, ready to be sent. */
export function piecesOf(count: number): Buffer {
  const [first, next] = [fragmentOf('4', 0), fragmentOf('4', 1)]
  return Buffer.concat([first, ...Array.from({ length: count - 1 }, () => next)])
}

/** Whether the server's frames so far end with a close frame (unmasked, RFC 6455 section 5.5.1). */
function saysClose(heard: string): boolean {
  const bytes = Buffer.from(heard, 'latin1')
  let at = heard.indexOf('\r\n\r\n') + 4
  while (at + 1 < bytes.length) {
    if (((bytes[at] ?? 0) & 0x0f) === CLOSE) return true
    const short = (bytes[at + 1] ?? 0) & 0x7f
    if (short < 126) at += 2 + short
    else if (short === 126) at += 4 + bytes.readUInt16BE(at + 2)
    else at += 10 + Number(bytes.readBigUInt64BE(at + 2))
  }
  return false
}

export type RawSocket = {
  /** A text message, as engine.io packets are. */
  say(packet: string): void
  write(bytes: Buffer): void
  /** All that came in, as latin1. */
  heard(): string
  /** The connection ended, or the server said a WebSocket close: it then waits a while for the other side's. */
  isClosed(): boolean
  /** The connection itself has ended. */
  isGone(): boolean
  end(): void
}

/** A WebSocket by hand. `join`: also enters the namespace with the right token and hears the welcome. */
export async function openRawSocket(product: Product, options: { join: boolean }): Promise<RawSocket> {
  const host = `localhost:${product.port}`
  const socket = connect({ host: '127.0.0.1', port: product.port })
  let heard = ''
  let closed = false
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1')
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    closed = true
  })
  socket.write(requestText(SOCKET_TARGET, upgradeHeaders(host, `http://${host}`)))
  const raw: RawSocket = {
    say: (packet) => socket.write(frameOf(packet)),
    write: (bytes) => socket.write(bytes),
    heard: () => heard,
    isClosed: () => closed || saysClose(heard),
    isGone: () => closed,
    end: () => socket.destroy(),
  }
  await until('the upgrade is answered', () => closed || /^HTTP\/1\.1 \d{3}[\s\S]*\r\n\r\n/.test(heard), 15_000)
  if (options.join && !closed) {
    raw.say(`40${JSON.stringify({ token: product.token, protocol: PROTOCOL_VERSION })}`)
    await until('the namespace is entered or refused', () => /welcomed|44\{/.test(heard) || raw.isClosed(), 15_000)
  }
  return raw
}
