import { once } from 'node:events'
import type { Duplex } from 'node:stream'

const DEADLINE_MS = 10_000

/**
 * Takes the body of an upgrading request off its socket: Node hands it over as the first bytes of what follows the
 * request, part of it as `head`. What the caller writes after it stays to be read.
 */
export async function dropBody(socket: Duplex, head: Buffer, bodyBytes: number, left: AbortSignal): Promise<void> {
  if (head.length > bodyBytes) socket.unshift(head.subarray(bodyBytes))
  let missing = bodyBytes - head.length
  const signal = AbortSignal.any([AbortSignal.timeout(DEADLINE_MS), left])
  while (missing > 0) {
    if (socket.readableLength === 0) await once(socket, 'readable', { signal })
    const chunk: Buffer | null = socket.read(Math.min(missing, socket.readableLength))
    if (chunk === null) throw new Error('the caller left')
    missing -= chunk.length
  }
}
