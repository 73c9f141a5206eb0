import { once } from 'node:events'
import type { Duplex } from 'node:stream'

const DEADLINE_MS = 10_000

/**
 * Takes the body of an upgrading request off its socket: Node hands it over as the first bytes of what follows the
 * request, part of it as `head`. What the caller writes after it stays to be read.
 */
export async function dropBody(socket: Duplex, head: Buffer, bodyBytes: number): Promise<void> {
  if (head.length > bodyBytes) socket.unshift(head.subarray(bodyBytes))
  let left = bodyBytes - head.length
  const signal = AbortSignal.timeout(DEADLINE_MS)
  while (left > 0) {
    if (socket.readableLength === 0) await once(socket, 'readable', { signal })
    const chunk: Buffer | null = socket.read(Math.min(left, socket.readableLength))
    if (chunk === null) throw new Error('the caller left')
    left -= chunk.length
  }
}
