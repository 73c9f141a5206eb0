import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { MAX_MESSAGE_BYTES, PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import { requestText, SOCKET_TARGET, upgradeHeaders } from './raw-request.ts'
import { frameOf, openRawSocket, piecesOf } from './raw-socket.ts'
import type { Aim } from './victim.ts'

/** One way to wear a server out. `run` resolves when all of it is sent and ended; `size` 1 is the list's own, smaller for a sample. */
export type Load = { attack: string; run: (victim: Aim, size: number) => Promise<void> }

const times = (count: number, size: number): number[] =>
  Array.from({ length: Math.max(1, Math.round(count * size)) }, (_, at) => at)
const SENT_AT_ONCE = 16_384
const breathe = (): Promise<void> => new Promise(setImmediate)

async function closing(socket: Socket, limitMs: number): Promise<void> {
  socket.on('error', () => undefined)
  socket.resume()
  if (socket.closed) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const limit = setTimeout(() => socket.destroy(), limitMs)
  socket.once('close', () => {
    clearTimeout(limit)
    resolve()
  })
  return promise
}

const opened = (victim: Aim): Socket => {
  const socket = connect({ host: '127.0.0.1', port: victim.port() })
  socket.on('error', () => undefined)
  return socket
}

async function joinedWrites(
  victim: Aim,
  send: (write: (bytes: Buffer) => void, isClosed: () => boolean) => Promise<void>,
) {
  const socket = await openRawSocket(victim.product(), { join: true })
  await send((bytes) => socket.write(bytes), socket.isClosed)
  await sleep(50)
  socket.end()
}

export const LOADS: Load[] = [
  {
    attack: '22, 23: huge frames, declared and sent, and messages in more pieces than they may have bytes',
    run: async (victim, size) => {
      for (const bytes of [MAX_MESSAGE_BYTES + 1, 1_024 * 1_024])
        await joinedWrites(victim, async (write) => write(frameOf('4'.repeat(bytes))))
      await joinedWrites(victim, async (write) => write(frameOf('4', { declared: 100 * 1_024 * 1_024 })))
      const pieces = piecesOf(Math.round((MAX_MESSAGE_BYTES + 1) * size))
      await joinedWrites(victim, async (write, isClosed) => {
        for (let at = 0; at < pieces.length && !isClosed(); at += SENT_AT_ONCE) {
          write(pieces.subarray(at, at + SENT_AT_ONCE))
          await breathe()
        }
      })
    },
  },
  {
    attack: '24, 25: a million attachments, and junk for packets',
    run: async (victim, size) => {
      for (const index of times(200, size)) {
        const junk = [
          '451000000-["x",{"_placeholder":true,"num":0}]',
          '42["__proto__",1]',
          '42[',
          '4299999999999999999999[]',
          'x',
        ]
        await joinedWrites(victim, async (write) => write(frameOf(junk[index % junk.length] ?? '')))
      }
    },
  },
  {
    attack: '28: commands as fast as a socket takes them',
    run: async (victim, size) => {
      for (const round of times(20, size))
        await joinedWrites(victim, async (write, isClosed) => {
          for (let index = 0; index < 1_000 && !isClosed(); index++)
            write(frameOf(`42${round}${index}["burst:cancel",{"id":"b9"}]`))
        })
    },
  },
  {
    attack: '29: 500 sockets, and 500 handshakes that never join',
    run: async (victim, size) => {
      const handshake = requestText(SOCKET_TARGET, upgradeHeaders(victim.host(), `http://${victim.host()}`))
      const joining = `40${JSON.stringify({ token: victim.product().token, protocol: PROTOCOL_VERSION })}`
      const joined = times(500, size).map(() => opened(victim))
      for (const socket of joined) socket.write(Buffer.concat([Buffer.from(handshake), frameOf(joining)]))
      const silent = times(500, size).map(() => opened(victim))
      for (const socket of silent) socket.write(handshake)
      await Promise.all(silent.map((socket) => closing(socket, 12_000)))
      for (const socket of joined) socket.destroy()
    },
  },
  {
    attack: '30: 200 that send a byte every 5 s, 200 bodies that never come, 100 KB heads, 5,000 header lines',
    run: async (victim, size) => {
      const slow = times(200, size).map(() => opened(victim))
      const bodies = times(200, size).map(() => opened(victim))
      const announced: [string, string][] = [
        ['Host', victim.host()],
        ['Content-Length', '1000'],
        ['Content-Type', 'application/json'],
      ]
      for (const socket of bodies) socket.write(requestText('/api/bursts', announced, 'POST'))
      for (const socket of slow) socket.write('G')
      const drip = setInterval(() => {
        for (const socket of slow) if (!socket.destroyed) socket.write('E')
      }, 5_000)
      for (const index of times(50, size)) {
        const big = opened(victim)
        const lines: [string, string][] =
          index % 2 === 0 ? [['X-Big', 'x'.repeat(100_000)]] : times(5_000, 1).map((at) => [`X-${at}`, 'y'])
        big.write(requestText('/', [['Host', victim.host()], ...lines]))
        await closing(big, 5_000)
      }
      await Promise.all([...slow, ...bodies].map((socket) => closing(socket, 40_000)))
      clearInterval(drip)
    },
  },
]
