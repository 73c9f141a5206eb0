import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type DefaultEventsMap, Server, type Socket } from 'socket.io'
import type { Cluster } from '#lib/cluster/cluster.ts'
import type { Log } from '#lib/concurrency/log.ts'
import type { Ack, ClientToServerEvents, ServerToClientEvents } from '#lib/protocol/events.ts'
import * as limits from '#lib/protocol/limits.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import {
  backendKeySchema,
  burstEditSchema,
  burstIdSchema,
  burstRequestSchema,
  followDeathsSchema,
  frameTakenSchema,
  handshakeSchema,
  scaleSchema,
} from '#lib/protocol/schemas.ts'
import type { ActionLog } from './action-log.ts'
import { BrowserStream, SharedFrames } from './browser-stream.ts'
import type { BurstRegistry } from './burst-registry.ts'
import { checkInput } from './check-input.ts'
import { CommandRate } from './command-rate.ts'
import { framePacket } from './frame-packet.ts'
import type { GuardOptions } from './guard.ts'
import { inBrief } from './in-brief.ts'
import { problemOf } from './problem-answer.ts'
import { RefusalLog } from './refusal-log.ts'
import { WaitingRoom } from './waiting-room.ts'
import { whyNotIn } from './why-not-in.ts'

/** Upgraded and not let in yet: each has 5 s (`connectTimeout`) to show its token. */
const MAX_WAITING_SOCKETS = 100
const LAST_WORDS_MS = 500

type SocketState = { stream: BrowserStream; rate: CommandRate }
export type DashboardSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketState>

export type SocketsOptions = {
  guard: GuardOptions
  version: string
  cluster: Cluster
  bursts: BurstRegistry
  actions: () => ActionLog
  log: Log
}

export type Sockets = {
  /** The only way in: the dispatcher of the dashboard hands over what the guard let pass. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  broadcast: Server<ClientToServerEvents, ServerToClientEvents>['emit']
  browsers(): number
  close(): Promise<void>
}

/** The socket side of the contract: lib/protocol/events.ts. Every handler validates, acts, answers. */
export function openSockets(options: SocketsOptions): Sockets {
  // socket.io adds its listeners to a server that never listens; upgrades reach it through the one dispatcher.
  const decoy = createServer()
  const io = new Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketState>(decoy, {
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: limits.MAX_MESSAGE_BYTES,
    connectTimeout: 5_000,
    pingInterval: 5_000,
    pingTimeout: 5_000,
  })

  const refusals = new RefusalLog(options.log)
  const waiting = new WaitingRoom(MAX_WAITING_SOCKETS)
  io.engine.on('connection', (socket) => {
    waiting.enter(socket)
    // A peer that does not answer a close would keep its connection for half a minute.
    socket.once('close', () => setTimeout(() => socket.request.socket.destroy(), LAST_WORDS_MS).unref())
  })
  io.use((socket, next) => {
    const refusal = whyNotIn(
      { auth: socket.handshake.auth, request: socket.request },
      options.guard,
      io.of('/').sockets.size,
    )
    if (refusal === null) return next()
    refusals.refused(refusal, socket.request)
    next(new Error(refusal))
  })
  io.on('connection', (socket) => {
    waiting.leave(socket.conn)
    welcome(socket, options)
  })

  const flush = () => {
    const shared = new SharedFrames()
    for (const socket of io.of('/').sockets.values()) socket.data.stream.flush(shared)
  }

  const unsubscribe = options.bursts.subscribe({
    started: (burst) => {
      const watched = options.bursts.watched()
      for (const socket of io.of('/').sockets.values()) if (watched) socket.data.stream.watch(watched, 0)
      io.emit('burst:started', burst)
    },
    ticked: flush,
    measured: (burst) => io.emit('burst:measured', burst),
    finished: (burst) => {
      flush()
      io.emit('burst:finished', burst)
    },
  })
  const unwatch = options.cluster.subscribe({ changed: (snapshot) => io.emit('cluster:changed', snapshot) })

  return {
    upgrade: (request, socket, head) => decoy.emit('upgrade', request, socket, head),
    broadcast: (event, ...values) => io.emit(event, ...values),
    browsers: () => io.of('/').sockets.size,
    async close() {
      unsubscribe()
      unwatch()
      await io.close()
    },
  }
}

function welcome(socket: DashboardSocket, options: SocketsOptions): void {
  const { bursts, cluster } = options
  let held = 0
  const stream = new BrowserStream({
    held: () => held,
    send: (frame) => {
      held++
      socket.conn.write('', framePacket(frame))
    },
  })
  // While a burst runs its ticks send what is new; after its end nothing else brings a browser that is behind up to date.
  const catchUp = () => {
    if (stream.isBehind() && !bursts.runningSince()) stream.flush(new SharedFrames())
  }
  socket.conn.on('drain', () => {
    held = 0
    catchUp()
  })
  socket.data.stream = stream
  socket.data.rate = new CommandRate(limits.MAX_COMMANDS_PER_SECOND)
  const watched = bursts.watched()
  const { resume } = handshakeSchema.parse(socket.handshake.auth)
  const from = watched && resume?.boot === bursts.boot && resume.burst === watched.number ? resume.nextSeq : null
  const resumed = watched ? stream.watch(watched, from) : false
  socket.emit('welcomed', {
    protocol: limits.PROTOCOL_VERSION,
    version: options.version,
    cluster: cluster.snapshot(),
    boot: bursts.boot,
    burst: bursts.current(),
    runs: bursts
      .list()
      .reverse()
      .map((burst, place) => (place === 0 ? burst : inBrief(burst))),
    actions: options.actions().latest(),
    resumed,
  })
  if (watched) stream.flush(new SharedFrames())

  socket.on('frame:taken', (command) => {
    const parsed = frameTakenSchema.safeParse(command)
    if (!parsed.success || parsed.data.burst !== bursts.watched()?.number) return
    stream.taken(parsed.data.nextSeq)
    catchUp()
  })
  const answered = commandsOf(socket, options)
  socket.on('burst:start', (command, answer) =>
    answered(answer, async () => ({ id: bursts.start(checkInput(burstRequestSchema, command)).id })),
  )
  socket.on('burst:cancel', (command, answer) =>
    answered(answer, async () => bursts.cancel(checkInput(burstIdSchema, command?.id))),
  )
  socket.on('burst:edit', (command, answer) =>
    answered(answer, async () => {
      const { id, ...edit } = command ?? {}
      return bursts.edit(checkInput(burstIdSchema, id), checkInput(burstEditSchema, edit))
    }),
  )
  socket.on('cluster:scale', (command, answer) =>
    answered(answer, async () => cluster.scale(checkInput(scaleSchema, command).replicas)),
  )
  socket.on('cluster:follow-deaths', (command, answer) =>
    answered(answer, async () => cluster.followDeaths(checkInput(followDeathsSchema, command).followDeaths)),
  )
  socket.on('backend:read-ledger', (command, answer) =>
    answered(answer, async () => {
      const backend = checkInput(backendKeySchema, command?.backend)
      return { backend, executed: await cluster.executed(backend) }
    }),
  )
  socket.on('cluster:take-over', (_command, answer) => answered(answer, () => cluster.takeOver()))
}

/** One command: counted, run, and its value or its problem sent to the caller's ack, if there is one. */
function commandsOf(socket: DashboardSocket, { log }: SocketsOptions) {
  return async <Value>(answer: unknown, act: () => Promise<Value>): Promise<void> => {
    const reply = typeof answer === 'function' ? (ack: Ack<Value>) => answer(ack) : () => undefined
    const verdict = socket.data.rate.count()
    if (verdict === 'drop') {
      log('browser-dropped', { reason: 'too many commands' })
      socket.disconnect(true)
      return
    }
    try {
      if (verdict === 'refuse') {
        throw new ProblemError(
          'too-many',
          `At most ${limits.MAX_COMMANDS_PER_SECOND} commands a second; wait a moment.`,
        )
      }
      reply({ ok: true, value: await act() })
    } catch (error) {
      reply({ ok: false, problem: problemOf(error, log) })
    }
  }
}
