import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server, type Socket } from 'socket.io'
import { afterEach, vi } from 'vitest'
import { createPage } from '#lib/client/page.ts'
import type { ClientToServerEvents, Handshake, ServerToClientEvents, Welcome } from '#lib/protocol/events.ts'
import { PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import type { ClusterSnapshot } from '#lib/protocol/model.ts'

export type ServerSocket = Socket<ClientToServerEvents, ServerToClientEvents>
const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const CLOCK = {
  now: () => performance.now(),
  after: (ms: number, run: () => void) => setTimeout(run, ms),
  cancel: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout),
}

export const welcome = (over: Partial<Welcome> = {}): Welcome => ({
  protocol: PROTOCOL_VERSION,
  version: '0.1.0',
  cluster: { replicas: 2, backends: [] } as unknown as ClusterSnapshot,
  boot: 'first-boot',
  burst: null,
  runs: [],
  actions: [],
  resumed: false,
  ...over,
})

/** A real socket.io server that a test scripts. */
export async function serve(
  onConnection: (socket: ServerSocket, auth: Handshake) => void,
  refuse?: () => Error | null,
) {
  const http = createServer()
  const server = new Server<ClientToServerEvents, ServerToClientEvents>(http, { transports: ['websocket'] })
  server.use((_socket, next) => next(refuse?.() ?? undefined))
  server.on('connection', (socket) => onConnection(socket, socket.handshake.auth as Handshake))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, server }
}

export function browse(
  url: string,
  options: { today?: () => number; hasStorage?: boolean; asksForToken?: () => Promise<boolean> } = {},
) {
  const kept = new Map<string, string>()
  let reloads = 0
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
  const page = createPage({
    readToken: () => 'the-token',
    reloading: () => ({ storage: options.hasStorage === false ? null : storage, reload: () => void reloads++ }),
    asksForToken: options.asksForToken ?? (async () => false),
    files: { fetchRun: () => Promise.reject(new Error('not here')), download: () => undefined },
    clock: CLOCK,
    today: options.today ?? Date.now,
    url,
  })
  const { store, commands, connect } = page
  let stop = connect()
  closing.push(() => stop())
  const again = () => {
    stop()
    stop = connect()
  }
  return { store, log: page.view().log, commands, select: page.select, again, reloads: () => reloads }
}

export const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 })
