import type { BurstPlan } from './burst.ts'

type RequestParts = Pick<BurstPlan, 'target' | 'method' | 'path' | 'headers' | 'body' | 'keepAlive' | 'requestIdPrefix'>

/** One request, ready for the wire. With ids, `idAt` is where the eight hex digits stand, else -1. */
export type RequestBytes = { bytes: Buffer<ArrayBuffer>; idAt: number; isHead: boolean }

const ID_DIGITS = 8
const HEX = Buffer.from('0123456789abcdef', 'latin1')
const METHODS_WITH_CONTENT = new Set(['POST', 'PUT'])
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNSAFE = /[\u0000-\u0008\u000a-\u001f\u007f]/

/**
 * The request line in origin form, the field lines and the body: RFC 9112 sections 3, 3.2.1, 5 and 6.
 * Throws Error where a part would break out of its line.
 */
export function buildRequest(parts: RequestParts): RequestBytes {
  const body = Buffer.from(parts.body ?? '', 'utf8')
  const named = new Set(Object.keys(parts.headers).map((name) => name.toLowerCase()))
  const lines = [`${parts.method} ${parts.path} HTTP/1.1`, `Host: ${parts.target.host}:${parts.target.port}`]
  if (!named.has('user-agent')) lines.push('User-Agent: robinscope')
  if (!named.has('accept')) lines.push('Accept: */*')
  for (const [name, value] of Object.entries(parts.headers)) lines.push(`${name}: ${value}`)
  if (!parts.keepAlive) lines.push('Connection: close')
  if (parts.body !== null || METHODS_WITH_CONTENT.has(parts.method)) lines.push(`Content-Length: ${body.length}`)
  if (parts.requestIdPrefix !== null) lines.push(`X-Request-Id: ${parts.requestIdPrefix}${'0'.repeat(ID_DIGITS)}`)
  for (const line of lines) if (UNSAFE.test(line)) throw new Error('A control character in the request line or a field')
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  return {
    bytes: Buffer.concat([head, body]),
    idAt: parts.requestIdPrefix === null ? -1 : head.length - 4 - ID_DIGITS,
    isHead: parts.method === 'HEAD',
  }
}

/** Writes the order of sending into a request with an id, in place. */
export function writeRequestId(bytes: Uint8Array, idAt: number, order: number): void {
  for (let digit = 0; digit < ID_DIGITS; digit++) {
    bytes[idAt + digit] = HEX[(order >>> (4 * (ID_DIGITS - 1 - digit))) & 15] as number
  }
}
