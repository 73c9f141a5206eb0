import { setTimeout as sleep } from 'node:timers/promises'
import { randomOf } from '../random.ts'
import { junkOf } from './junk.ts'
import { rawRequest, requestText } from './raw-request.ts'
import { frameOf, openRawSocket, type RawSocket } from './raw-socket.ts'
import type { Aim } from './victim.ts'

export type FuzzCounts = { packets: number; bodies: number; heads: number; serverErrors: string[] }

const PACKETS_PER_SOCKET = 15
const SOCKETS_AT_ONCE = 10
const REQUESTS_AT_ONCE = 8
const REFUSED_IN_WORDS = /^HTTP\/1\.1 5\d\d /

/**
 * Senseless input of `count` pieces, the same for the same seed: half are WebSocket packets and frames of a browser that was let in,
 * a quarter bodies of calls with the right token, a quarter request heads. Resolves when all was sent and answered or ended.
 */
export async function fuzz(victim: Aim, count: number, seed: number): Promise<FuzzCounts> {
  const junk = junkOf(randomOf(seed))
  const counts: FuzzCounts = { packets: 0, bodies: 0, heads: 0, serverErrors: [] }
  const packets = Math.ceil(count / 2)
  const bodies = Math.ceil(count / 4)

  const sockets = async (): Promise<void> => {
    while (counts.packets < packets) {
      const share = Math.min(PACKETS_PER_SOCKET, packets - counts.packets)
      counts.packets += share
      const socket = await openRawSocket(victim.product(), { join: true })
      await speakJunk(socket, share)
    }
  }
  const speakJunk = async (socket: RawSocket, share: number): Promise<void> => {
    for (let sent = 0; sent < share && !socket.isClosed(); sent++) {
      if (junk.chance(0.15)) socket.write(junk.bytes(200))
      else
        socket.write(
          frameOf(junk.packet(), { opcode: junk.chance(0.8) ? 1 : junk.below(16), final: junk.chance(0.95) }),
        )
      if (junk.chance(0.2)) await sleep(1)
    }
    await sleep(5)
    socket.end()
  }
  const requests = async (): Promise<void> => {
    while (counts.bodies + counts.heads < count - packets) {
      const isBody = counts.bodies < bodies && junk.chance(0.5)
      counts[isBody ? 'bodies' : 'heads']++
      const { method, target, body } = junk.call()
      const bytes = isBody ? withBody(method, target, body) : junk.head(victim.host())
      const { head } = await rawRequest(victim.port(), bytes, { limitMs: 300 })
      if (REFUSED_IN_WORDS.test(head))
        counts.serverErrors.push(`${String(bytes).slice(0, 300)} -> ${head.slice(0, 40)}`)
    }
  }
  const withBody = (method: string, target: string, body: Buffer): Buffer => {
    const headers: [string, string][] = [
      ['Host', victim.host()],
      ['Authorization', `Bearer ${victim.product().token}`],
      ['Content-Type', 'application/json'],
      ['Content-Length', String(body.length)],
    ]
    return Buffer.concat([Buffer.from(requestText(target, headers, method)), body])
  }

  await Promise.all([
    ...Array.from({ length: SOCKETS_AT_ONCE }, sockets),
    ...Array.from({ length: REQUESTS_AT_ONCE }, requests),
  ])
  return counts
}
