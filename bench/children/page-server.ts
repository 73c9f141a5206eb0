import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Server } from 'socket.io'
import type { ClientToServerEvents, ServerToClientEvents, Welcome } from '#lib/protocol/events.ts'
import { FRAME_INTERVAL_MS, PROTOCOL_VERSION, SUMMARY_INTERVAL_MS } from '#lib/protocol/limits.ts'
import type { ClusterSnapshot } from '#lib/protocol/model.ts'
import { openPage } from '#lib/server/page.ts'
import { type BurstScript, frameAt, summaryAt } from '../streamed-burst.ts'

/** `stream`: at its rate, as a real server would. `feed`: as fast as the browser takes it, samples spaced by its rate. */
export type PageOrder = { kind: 'stream' | 'feed'; script: BurstScript }

const FRAMES_AHEAD = 60
const FEED_FRAME_SAMPLES = 1_000
const backends = ['a3f9c1d27e04', '7be04d9910ac', 'c0de11b7f352']
const cluster: ClusterSnapshot = {
  ...{ cluster: 'embedded', project: null, reason: 'It is a bench.', howToSwitch: 'There is none.' },
  can: { scale: false, membership: false, weights: false, faults: [] },
  frontDoor: {
    ...{ url: 'http://localhost:8080', kind: 'nginx', version: '1.30.0', algorithm: 'round robin', status: 'up' },
    generation: 'a1b2c3-4',
  },
  ...{ replicas: backends.length, scaling: false, followDeaths: false, trouble: null },
  backends: backends.map((backend, index) => ({
    ...{ backend, number: index + 1, address: `127.0.0.1:${9_000 + index}`, wanted: 'up', status: 'up' },
    ...{ listed: true, weight: 1, ejectedUntil: null },
  })),
}
const welcome: Welcome = {
  ...{
    protocol: PROTOCOL_VERSION,
    version: 'bench',
    cluster,
    boot: 'bench',
    burst: null,
    runs: [],
    actions: [],
    resumed: false,
  },
}

const http = createServer()
const io = new Server<ClientToServerEvents, ServerToClientEvents>(http, {
  transports: ['websocket'],
  serveClient: false,
  perMessageDeflate: false,
})
let takenTo = 0
io.on('connection', (socket) => {
  socket.emit('welcomed', welcome)
  socket.on('frame:taken', ({ nextSeq }) => {
    takenTo = nextSeq
  })
})
http.listen(0, '127.0.0.1')
await once(http, 'listening')
const { port } = http.address() as AddressInfo
const page = await openPage({ token: 'token-of-the-bench', port })
http.on('request', (request, response) => {
  if (!request.url?.startsWith('/socket.io/')) void page.answer(request, response)
})

/** Every sample of the burst in frames of 16 ms, a summary each second. Resolves when its end was told. */
async function stream(script: BurstScript): Promise<void> {
  const startedAtMs = Date.now()
  io.emit('burst:started', summaryAt(script, startedAtMs, 0))
  let summaryDueMs = startedAtMs + SUMMARY_INTERVAL_MS
  for (let from = 0; from < script.requests; ) {
    await pause(FRAME_INTERVAL_MS)
    const now = Date.now()
    const to = Math.min(script.requests, Math.floor(((now - startedAtMs) * script.perSecond) / 1_000))
    if (to > from) io.emit('burst:frame', frameAt(script, from, to))
    from = to
    if (now < summaryDueMs) continue
    summaryDueMs += SUMMARY_INTERVAL_MS
    io.emit('burst:measured', summaryAt(script, startedAtMs, from))
  }
  io.emit('burst:finished', summaryAt(script, startedAtMs, script.requests))
}

/** What is sent before the page listens is lost. */
async function aPageListens(): Promise<void> {
  if (io.sockets.sockets.size === 0) await once(io, 'connection')
}

async function feed(script: BurstScript): Promise<void> {
  const startedAtMs = Date.now()
  takenTo = 0
  io.emit('burst:started', summaryAt(script, startedAtMs, 0))
  for (let from = 0; from < script.requests; from += FEED_FRAME_SAMPLES) {
    while (from - takenTo > FRAMES_AHEAD * FEED_FRAME_SAMPLES) await pause(1)
    io.emit('burst:frame', frameAt(script, from, Math.min(script.requests, from + FEED_FRAME_SAMPLES)))
    // So that what the browser says is heard, and the frames leave.
    await pause(0)
  }
  io.emit('burst:finished', summaryAt(script, startedAtMs, script.requests))
  while (takenTo < script.requests) await pause(5)
}

process.on('message', ({ kind, script }: PageOrder) => {
  void aPageListens()
    .then(() => (kind === 'stream' ? stream(script) : feed(script)))
    .then(() => process.send?.({ done: true }))
})
process.on('disconnect', () => process.exit(0))
process.send?.({ port, backends })
