import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { io, type Socket } from 'socket.io-client'
import { openCluster } from '#lib/cluster/open-cluster.ts'
import { readSettings } from '#lib/config/settings.ts'
import type { ClientToServerEvents, Handshake, ServerToClientEvents } from '#lib/protocol/events.ts'
import { PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import { type Dashboard, openDashboard } from '#lib/server/dashboard.ts'
import { FakeDoor, FakeHost } from '#tests/unit/cluster/fakes.ts'

export const TOKEN = 'a-token-for-the-tests'

export type OpenDashboard = Dashboard & { host: FakeHost; door: FakeDoor; origin: string; close(): Promise<void> }

/** The real dashboard over a cluster in memory and a front door that answers in strict rotation, without the page. */
export async function openTestDashboard(
  options: { delayMs?: number; allowedHosts?: string; answering?: Answering } = {},
): Promise<OpenDashboard> {
  const host = new FakeHost()
  host.answer = () => ({
    ok: true,
    fields: {
      ...{ executed: 3, counting: false, withIds: false, methods: {}, kept: 0, withoutId: 0, overflowed: 0 },
      ...{ ids: [], next: null },
    },
  })
  const door = new FakeDoor()
  const answering = await openTurns(
    host,
    () => door.membership.generation() ?? '',
    options.answering ?? { delayMs: options.delayMs ?? 0 },
  )
  door.target = () => ({ host: '127.0.0.1', port: (answering.address() as AddressInfo).port })
  const dashboard = await openDashboard(
    readSettings({ PORT: '0', ROBINSCOPE_TOKEN: TOKEN, ROBINSCOPE_ALLOWED_HOSTS: options.allowedHosts }, []),
    () => undefined,
    {
      formCluster: async (_settings, log) => {
        const cluster = openCluster({
          kind: 'embedded',
          project: null,
          reason: 'A test.',
          howToSwitch: 'None.',
          host,
          door,
          log,
        })
        await cluster.scale(2)
        return cluster
      },
      preparePage: async () => ({
        answer: async (_request, response) => {
          response.end('the page')
        },
        close: async () => undefined,
      }),
    },
  )
  return {
    ...dashboard,
    host,
    door,
    origin: dashboard.url,
    async close() {
      await dashboard.close()
      answering.closeAllConnections()
      await new Promise((resolve) => answering.close(resolve))
    },
  }
}

/** How the front door answers; may be changed while it runs. */
export type Answering = {
  delayMs?: number
  status?: number
  /** The answer names no backend, and its address is nobody's. */
  isNameless?: boolean
}

/** Answers as a front door over the fake host's backends would, one after the other. */
async function openTurns(host: FakeHost, generation: () => string, answering: Answering): Promise<Server> {
  let turn = 0
  const server = createServer((request, response) => {
    const backends = host.backends()
    const chosen = backends[turn++ % Math.max(1, backends.length)]
    request.resume()
    setTimeout(() => {
      if (!chosen) {
        response.writeHead(502, {
          'X-Upstream-Addr': 'backend',
          'X-Upstream-Status': '502',
          'X-Upstream-Header-Time': '-',
        })
        response.end('no backend')
        return
      }
      const { status = 200 } = answering
      response.writeHead(status, {
        ...(answering.isNameless ? {} : { 'X-Backend': chosen.backend }),
        'X-Upstream-Addr': answering.isNameless ? '192.0.2.1:80' : (chosen.address ?? ''),
        'X-Upstream-Status': String(status),
        'X-Upstream-Response-Time': '0.001',
        'X-Upstream-Header-Time': '0.001',
        'X-Front-Door-Generation': generation(),
      })
      response.end(`${chosen.backend}\n`)
    }, answering.delayMs ?? 0)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

export type Browser = Socket<ServerToClientEvents, ClientToServerEvents>

export function openBrowser(origin: string, handshake: Partial<Handshake> = {}): Browser {
  return io(origin, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token: TOKEN, protocol: PROTOCOL_VERSION, ...handshake },
  })
}

export const withToken = (method: string, body?: unknown): RequestInit => ({
  method,
  headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
})
