import { io, type Socket } from 'socket.io-client'
import type { Ack, ClientToServerEvents, Handshake, ServerToClientEvents, Welcome } from '#lib/protocol/events.ts'
import { PROTOCOL_VERSION, SCALE_DEADLINE_MS } from '#lib/protocol/limits.ts'
import type { Action, Burst, ClusterSnapshot } from '#lib/protocol/model.ts'
import type { Problem } from '#lib/protocol/problem.ts'
import type { ServerCommands } from './commands.ts'
import type { LinkState } from './page-state.ts'
import { createReloadOnce, type ReloadParts, refusalOf } from './refusals.ts'
import { createTakenWord } from './taken-word.ts'

export type PageSocket = Socket<ServerToClientEvents, ClientToServerEvents>

const ANSWER_WITHIN_MS = 5_000
/** The server gives up by SCALE_DEADLINE_MS and says why: wait for its word. */
const SCALED_WITHIN_MS = SCALE_DEADLINE_MS + 5_000
/** The server gives a backend five of them. */
const LEDGER_WITHIN_MS = 10_000
/** socket.io itself does not come back after the server closed a connection. */
const COME_BACK_AFTER_MS = 2_000

/** Who hears what the server says. */
export type LinkListener = {
  linked: (state: LinkState, detail: string | null) => void
  welcomed: (welcome: Welcome) => void
  clusterChanged: (snapshot: ClusterSnapshot) => void
  burstStarted: (burst: Burst) => void
  burstMeasured: (burst: Burst) => void
  actionHappened: (action: Action) => void
  /** Throws where it cannot be read. */
  frameCame: (bytes: Uint8Array) => void
  /** How far the samples have been taken in: what the next connection goes on from. Null: no run yet. */
  taken: () => NonNullable<Handshake['resume']> | null
}

export type LinkParts = {
  listener: LinkListener
  readToken: () => string
  /** Asked when connecting, in the browser. */
  reloading: () => ReloadParts
  /** Whether the server asks this browser for a token: a refused upgrade tells a page no reason. Rejects where nothing answers. */
  asksForToken: () => Promise<boolean>
  /** Milliseconds. */
  now: () => number
  /** Another origin than the page's own: for tests. */
  url?: string | undefined
}

export type ServerLink = {
  commands: ServerCommands
  /** Opens the socket. Returns the way to disconnect; may be called again after that. */
  connect: () => () => void
}

/** The page's one connection: it hears every fact, says how far frames were taken in, and knows how the link stands. */
export function createLink(parts: LinkParts): ServerLink {
  let socket: PageSocket | null = null
  const connect = () => {
    const opened = openSocket(parts)
    socket = opened
    const stop = listen(opened, parts)
    opened.connect()
    return () => {
      stop()
      opened.disconnect()
      socket = null
    }
  }
  return { commands: commandsOver(() => socket), connect }
}

function openSocket({ listener, readToken, url }: LinkParts): PageSocket {
  const options = {
    transports: ['websocket'],
    autoConnect: false,
    forceNew: true,
    reconnectionDelay: 250,
    reconnectionDelayMax: 2_000,
    // Asked at each connect, so that it says where this browser stopped.
    auth: (give: (auth: Handshake) => void) => {
      const resume = listener.taken()
      give({ token: readToken(), protocol: PROTOCOL_VERSION, ...(resume && { resume }) })
    },
  }
  return url === undefined ? io(options) : io(url, options)
}

function listen(socket: PageSocket, { listener, reloading, asksForToken, now }: LinkParts): () => void {
  const reload = createReloadOnce(reloading())
  let comeBack: ReturnType<typeof setTimeout> | undefined
  let linked: LinkState = 'connecting'
  let version: string | null = null
  const isLost = () => linked === 'lost' || linked === 'locked'
  let isAsking = false
  let isOver = false
  const link = (state: LinkState, detail: string | null) => {
    linked = state
    listener.linked(state, detail)
  }
  const lose = () => {
    // Every further try that fails says the same: `since` is when it was lost.
    if (!isLost()) link('lost', null)
  }
  const learnWhetherLocked = async () => {
    if (isAsking) return
    isAsking = true
    const isLocked = await asksForToken().catch(() => null)
    isAsking = false
    if (isLocked === null || !isLost() || isOver) return
    const state = isLocked ? 'locked' : 'lost'
    if (state !== linked) link(state, null)
  }
  const giveUp = (detail: string) => {
    socket.disconnect()
    link('outdated', detail)
  }
  const taken = createTakenWord(socket, listener, now)

  socket.on('welcomed', (welcome) => {
    const isOther = welcome.protocol !== PROTOCOL_VERSION || (version !== null && version !== welcome.version)
    if (isOther && reload.forReason(`version ${welcome.version}, protocol ${welcome.protocol}`)) return
    if (welcome.protocol !== PROTOCOL_VERSION)
      return giveUp(`This page speaks protocol ${PROTOCOL_VERSION}, the server ${welcome.protocol}.`)
    if (!isOther) reload.settle()
    version = welcome.version
    taken.restart()
    listener.welcomed(welcome)
    link('live', null)
  })
  socket.on('burst:frame', (bytes) => {
    try {
      listener.frameCame(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes))
    } catch (error) {
      return giveUp(error instanceof Error ? error.message : 'A frame could not be read.')
    }
    taken.frame()
  })
  socket.on('cluster:changed', listener.clusterChanged)
  socket.on('burst:started', listener.burstStarted)
  socket.on('burst:measured', listener.burstMeasured)
  socket.on('burst:finished', (burst) => {
    listener.burstMeasured(burst)
    taken.say()
  })
  socket.on('action:happened', listener.actionHappened)
  socket.on('disconnect', (reason) => {
    if (reason === 'io client disconnect') return
    lose()
    if (reason === 'io server disconnect') comeBack = setTimeout(() => socket.connect(), COME_BACK_AFTER_MS)
  })
  socket.on('connect_error', (error) => {
    if (socket.active) {
      lose()
      return void learnWhetherLocked()
    }
    const { code, detail } = refusalOf(error)
    // A server that was started anew has a new token, and maybe a new page: the page that it serves knows both.
    if ((code === 'no-token' || code === 'outdated') && reload.forReason(code)) return
    link(code === 'outdated' ? 'outdated' : 'refused', detail)
  })
  return () => {
    isOver = true
    clearTimeout(comeBack)
    socket.off()
  }
}

const unanswered = (detail: string): { ok: false; problem: Problem } => ({
  ok: false,
  problem: { type: 'about:blank#not-reached', title: 'No answer', status: 504, code: 'not-reached', detail },
})

/** Commands are never kept for later: what is sent while the link is lost would come as a surprise. */
function commandsOver(socketNow: () => PageSocket | null): ServerCommands {
  const ask = async <Value>(
    withinMs: number,
    send: (socket: ReturnType<PageSocket['timeout']>) => Promise<Ack<Value>>,
  ): Promise<Ack<Value>> => {
    const socket = socketNow()
    if (!socket?.connected) return unanswered('The page is not connected to Robinscope: nothing was sent.')
    try {
      return await send(socket.timeout(withinMs))
    } catch {
      return unanswered(
        `Robinscope did not answer within ${withinMs / 1000} s. It may still do it: look before sending again.`,
      )
    }
  }
  return {
    sendBurst: (request) => ask(ANSWER_WITHIN_MS, (timed) => timed.emitWithAck('burst:start', request)),
    cancelBurst: (id) => ask(ANSWER_WITHIN_MS, (timed) => timed.emitWithAck('burst:cancel', { id })),
    editBurst: (id, edit) => ask(ANSWER_WITHIN_MS, (timed) => timed.emitWithAck('burst:edit', { id, ...edit })),
    scale: (replicas) => ask(SCALED_WITHIN_MS, (timed) => timed.emitWithAck('cluster:scale', { replicas })),
    followDeaths: (followDeaths) =>
      ask(SCALED_WITHIN_MS, (timed) => timed.emitWithAck('cluster:follow-deaths', { followDeaths })),
    readLedger: (backend) => ask(LEDGER_WITHIN_MS, (timed) => timed.emitWithAck('backend:read-ledger', { backend })),
    takeOver: () => ask(SCALED_WITHIN_MS, (timed) => timed.emitWithAck('cluster:take-over', {})),
  }
}
