import { Agent, type ClientRequestArgs } from 'node:http'
import { connect, type Socket as TcpSocket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { io } from 'socket.io-client'
import { bucketOf, HISTOGRAM_BUCKETS, quantilesUs } from '#lib/analysis/histogram.ts'
import type { PageSocket } from '#lib/client/server-link.ts'
import { throttle } from '#lib/client/throttle.ts'
import { decodeFrame } from '#lib/protocol/frame.ts'
import { PROTOCOL_VERSION, TAKEN_INTERVAL_MS } from '#lib/protocol/limits.ts'
import { SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import type { BrowsersOrder, Watched } from '../browsers.ts'
import { elapsedUs, monotonicUs } from '../monotonic.ts'

/** Browsers without a screen: they take frames in and say so as lib/client does. */
type Browser = { socket: PageSocket; tcp: () => TcpSocket | null; close: () => void }

/** What a browser gets because it has just come is there by then. */
const SETTLE_MS = 300
const delays = new Uint32Array(HISTOGRAM_BUCKETS)
let maxDelayUs = 0
let samples = 0
let missed = 0
let browsers: Browser[] = []
let before = { receivedBytes: 0, sentBytes: 0 }

/** Hands out the TCP connection that socket.io uses, so that its bytes can be read. */
class WatchedAgent extends Agent {
  tcp: TcpSocket | null = null

  override createConnection(options: ClientRequestArgs): TcpSocket {
    this.tcp = connect(Number(options.port), options.host ?? '127.0.0.1')
    return this.tcp
  }
}

type Place = { burst: number; nextSeq: number }

function take(frame: Uint8Array, expected: Place): Place {
  const { burst, firstSeq, samples: words } = decodeFrame(frame)
  const now = monotonicUs()
  for (let at = 0; at < words.length; at += SAMPLE_WORDS) {
    const delayUs = elapsedUs(words[at] ?? 0, now)
    const bucket = bucketOf(delayUs)
    delays[bucket] = (delays[bucket] ?? 0) + 1
    if (delayUs > maxDelayUs) maxDelayUs = delayUs
  }
  const count = words.length / SAMPLE_WORDS
  samples += count
  // One that has just come begins with the latest samples of the last burst.
  if (burst === expected.burst && firstSeq > expected.nextSeq) missed += firstSeq - expected.nextSeq
  return { burst, nextSeq: firstSeq + count }
}

function open(url: string, token: string): Promise<Browser> {
  const agent = new WatchedAgent()
  const options = { transports: ['websocket'], forceNew: true, reconnection: false, agent: agent as never }
  const socket: PageSocket = io(url, { ...options, auth: { token, protocol: PROTOCOL_VERSION } })
  let resume = { burst: 0, nextSeq: 0 }
  const taken = throttle(TAKEN_INTERVAL_MS, () => socket.emit('frame:taken', resume))
  socket.on('burst:started', (burst) => {
    resume = { burst: Number(burst.id.slice(1)), nextSeq: 0 }
  })
  socket.on('burst:frame', (bytes) => {
    resume = take(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes), resume)
    taken.call()
  })
  const close = (): void => {
    taken.stop()
    socket.disconnect()
  }
  const { promise, resolve, reject } = Promise.withResolvers<Browser>()
  socket.once('welcomed', () => resolve({ socket, tcp: () => agent.tcp, close }))
  socket.once('connect_error', reject)
  return promise
}

const bytes = (): typeof before => {
  const all = browsers.map(({ tcp }) => tcp())
  return {
    receivedBytes: all.reduce((sum, socket) => sum + (socket?.bytesRead ?? 0), 0),
    sentBytes: all.reduce((sum, socket) => sum + (socket?.bytesWritten ?? 0), 0),
  }
}

function watch(): void {
  delays.fill(0)
  maxDelayUs = 0
  samples = 0
  missed = 0
  before = bytes()
}

function tell(): Watched {
  const now = bytes()
  const [p99Us = Number.NaN] = quantilesUs(delays, [0.99], maxDelayUs) ?? []
  return {
    ...{ samples, missed, delayP99Ms: p99Us / 1_000 },
    receivedBytes: now.receivedBytes - before.receivedBytes,
    sentBytes: now.sentBytes - before.sentBytes,
  }
}

async function act(order: BrowsersOrder): Promise<Watched> {
  if (order.act === 'open') {
    for (const browser of browsers) browser.close()
    browsers = await Promise.all(Array.from({ length: order.count }, () => open(order.url, order.token)))
    await pause(SETTLE_MS)
  } else if (order.act === 'watch') watch()
  return tell()
}

process.on('message', (order: BrowsersOrder) => {
  void act(order).then((watched) => process.send?.(watched))
})
process.on('disconnect', () => process.exit(0))
