import { io, type Socket } from 'socket.io-client'
import type { Ack, ClientToServerEvents, Handshake, ServerToClientEvents } from '#lib/protocol/events.ts'
import { SCALE_DEADLINE_MS } from '#lib/protocol/limits.ts'
import type { Problem } from '#lib/protocol/problem.ts'
import type { Commands } from './commands.ts'

export type PageSocket = Socket<ServerToClientEvents, ClientToServerEvents>

const ANSWER_WITHIN_MS = 5_000
/** The server gives up by SCALE_DEADLINE_MS and says why: wait for its word. */
const SCALED_WITHIN_MS = SCALE_DEADLINE_MS + 5_000

/** Not connected yet. `handshake` is asked at each connect, so that it can say where this browser stopped. */
export function openSocket(handshake: () => Handshake, url?: string): PageSocket {
  const options = {
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: 250,
    reconnectionDelayMax: 2_000,
    auth: (give: (auth: Handshake) => void) => give(handshake()),
  }
  return url === undefined ? io(options) : io(url, { ...options, forceNew: true })
}

const unanswered = (detail: string): { ok: false; problem: Problem } => ({
  ok: false,
  problem: { type: 'about:blank#not-reached', title: 'No answer', status: 504, code: 'not-reached', detail },
})

/** Commands are never kept for later: what is sent while the link is lost would come as a surprise. */
async function ask<Value>(
  socket: PageSocket,
  withinMs: number,
  send: (socket: ReturnType<PageSocket['timeout']>) => Promise<Ack<Value>>,
): Promise<Ack<Value>> {
  if (!socket.connected) return unanswered('The page is not connected to Robinscope: nothing was sent.')
  try {
    return await send(socket.timeout(withinMs))
  } catch {
    return unanswered(
      `Robinscope did not answer within ${withinMs / 1000} s. It may still do it: look before sending again.`,
    )
  }
}

export const commandsOver = (socket: PageSocket): Commands => ({
  sendBurst: (request) => ask(socket, ANSWER_WITHIN_MS, (timed) => timed.emitWithAck('burst:start', request)),
  cancelBurst: (id) => ask(socket, ANSWER_WITHIN_MS, (timed) => timed.emitWithAck('burst:cancel', { id })),
  editBurst: (id, edit) => ask(socket, ANSWER_WITHIN_MS, (timed) => timed.emitWithAck('burst:edit', { id, ...edit })),
  scale: (replicas) => ask(socket, SCALED_WITHIN_MS, (timed) => timed.emitWithAck('cluster:scale', { replicas })),
  followDeaths: (followDeaths) =>
    ask(socket, SCALED_WITHIN_MS, (timed) => timed.emitWithAck('cluster:follow-deaths', { followDeaths })),
  takeOver: () => ask(socket, SCALED_WITHIN_MS, (timed) => timed.emitWithAck('cluster:take-over', {})),
})
