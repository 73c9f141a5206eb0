import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Burst } from '#lib/protocol/model.ts'
import { type OpenDashboard, openTestDashboard, withToken } from '../integration/dashboard.ts'

const BACKEND = 'X-Backend: aaaaaaaaaaaa\r\nX-Upstream-Addr: 127.0.0.1:9\r\nX-Upstream-Status: 200\r\n'
const CHUNK = 'x'.repeat(16_384)

let dashboard: OpenDashboard
let frontDoor: Server
let elsewhere: Server
let answer: (socket: Socket) => void = () => undefined
let reachedElsewhere = 0

const listening = async (onConnection: (socket: Socket) => void): Promise<Server> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
const portOf = (server: Server): number => (server.address() as AddressInfo).port

beforeAll(async () => {
  dashboard = await openTestDashboard()
  elsewhere = await listening((socket) => {
    reachedElsewhere++
    socket.destroy()
  })
  frontDoor = await listening((socket) => socket.once('data', () => answer(socket)))
  dashboard.door.target = () => ({ host: '127.0.0.1', port: portOf(frontDoor) })
})
afterAll(async () => {
  await dashboard.close()
  for (const server of [frontDoor, elsewhere]) server.close()
})

/** One burst at a front door that answers with these bytes. */
async function burstAt(bytes: string | ((socket: Socket) => void), request: object = {}): Promise<Burst> {
  answer = typeof bytes === 'string' ? (socket) => socket.end(bytes) : bytes
  const started = await fetch(
    `${dashboard.origin}/api/bursts`,
    withToken('POST', { requests: 1, timeoutMs: 1_500, ...request }),
  )
  const { id } = (await started.json()) as { id: string }
  return (await (await fetch(`${dashboard.origin}/api/bursts/${id}?waitMs=20000`)).json()) as Burst
}

const endless =
  (head: string) =>
  (socket: Socket): void => {
    const more = (): void => {
      if (!socket.destroyed) socket.write(CHUNK, () => setImmediate(more))
    }
    socket.write(head)
    more()
  }

describe('a front door, or a backend behind it, that answers with malice', () => {
  test('attack 51: a redirect is an answer like any other, and is not followed', async () => {
    const burst = await burstAt(
      `HTTP/1.1 302 Found\r\n${BACKEND}Location: http://127.0.0.1:${portOf(elsewhere)}/\r\nContent-Length: 0\r\n\r\n`,
    )
    expect(burst).toMatchObject({ answered: 1, byStatus: { 302: 1 } })
    expect(reachedElsewhere).toBe(0)
  })

  test.each([
    ['a body without an end', `HTTP/1.1 200 OK\r\n${BACKEND}\r\n`],
    ['a body of ten gigabytes', `HTTP/1.1 200 OK\r\n${BACKEND}Content-Length: 10000000000\r\n\r\n`],
    ['a head without an end', `HTTP/1.1 200 OK\r\n${BACKEND}X-More: `],
  ])('attack 54: %s is cut off, and costs nothing', async (_what, head) => {
    const before = process.memoryUsage().rss
    const burst = await burstAt(endless(head))
    expect(burst).toMatchObject({ sent: 1, answered: 0, inFlight: 0 })
    expect(burst.failed + burst.timedOut).toBe(1)
    expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(40)
  })

  test('attack 54: an answer that never comes is over at its deadline', async () => {
    const startedAt = performance.now()
    expect(await burstAt(() => undefined)).toMatchObject({ timedOut: 1, inFlight: 0 })
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })

  test.each([
    ['a megabyte', 'a'.repeat(1_000_000)],
    ['a page', '<script>alert(1)</script>'],
    ['control characters', 'a\u001b[31m\u0007'],
    ['a label of the metrics', 'evil",outcome="answered'],
  ])('attack 55: a backend that calls itself %s is not believed', async (_what, name) => {
    const burst = await burstAt(
      `HTTP/1.1 200 OK\r\nX-Backend: ${name}\r\nX-Upstream-Addr: 127.0.0.1:9\r\nX-Upstream-Status: 200\r\nContent-Length: 0\r\n\r\n`,
    )
    expect(burst).toMatchObject({ sent: 1, inFlight: 0 })
    for (const path of ['/api/bursts', `/api/bursts/${burst.id}/samples`, '/metrics']) {
      const text = await (await fetch(dashboard.origin + path)).text()
      for (const hostile of ['<script>', '\u001b', '\\u001b', 'a'.repeat(100), 'evil'])
        expect(text).not.toContain(hostile)
    }
  })
})
