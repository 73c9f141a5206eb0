import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '#lib/traffic/burst.ts'
import { openEngine } from '#lib/traffic/open-engine.ts'
import { plan, runBurst } from '#tests/unit/traffic/run-burst.ts'
import {
  type Heard,
  openScriptedServer,
  plainAnswer,
  type ScriptedServer,
} from '#tests/unit/traffic/scripted-server.ts'

let engine: Engine
let server: ScriptedServer
let mayCut = false

beforeAll(() => {
  engine = openEngine({ backendAt: () => null, reloadMayCut: () => mayCut })
})
afterAll(() => engine.close())
afterEach(async () => {
  mayCut = false
  await server.close()
})

async function serve(
  script: (request: Heard, reply: (bytes: string) => void) => void,
): Promise<ScriptedServer['target']> {
  server = await openScriptedServer(script)
  return server.target
}

/** Answers each connection's first request and cuts the second, with nothing of an answer. */
const cutsReused = ({ onConnection, socket }: Heard, reply: (bytes: string) => void): void => {
  if (onConnection === 0) reply(plainAnswer())
  else socket.resetAndDestroy()
}

describe('a kept connection that is cut', () => {
  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'] as const)(
    '%s is sent once more, on a new one',
    async (method) => {
      const target = await serve(({ onConnection, socket }, reply) => {
        if (onConnection > 0) socket.end()
        else reply(method === 'HEAD' ? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n' : plainAnswer())
      })
      const { totals, samples } = await runBurst(engine, plan(target, { requests: 10, method }))
      expect(totals).toMatchObject({ sent: 10, answered: 10, failed: 0, resent: 9, rescued: 0 })
      expect(samples[1]?.detail).toEqual({ seq: 1, resent: true, attempts: [] })
    },
  )

  test('the order of sending stays with a request that is sent again and overtaken', async () => {
    const target = await serve(({ order, onConnection, socket }, reply) => {
      if (order === 2) socket.resetAndDestroy()
      else setTimeout(() => reply(plainAnswer()), onConnection === 0 && order > 2 ? 200 : 10)
    })
    const { totals, samples } = await runBurst(engine, plan(target, { requests: 8, concurrency: 2 }))
    expect(totals).toMatchObject({ answered: 8, resent: 1 })
    const again = samples.findIndex(({ detail }) => detail?.resent)
    expect(samples[again]?.order).toBe(2)
    expect(again, 'others overtook it').toBeGreaterThan(2)
    expect(samples.map(({ order }) => order).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  test('a POST is not: it may have been carried out', async () => {
    const target = await serve(cutsReused)
    const { totals, samples } = await runBurst(engine, plan(target, { requests: 6, method: 'POST', body: 'x' }))
    expect(totals).toMatchObject({ sent: 6, answered: 3, failed: 3, resent: 0 })
    expect(samples[1]).toMatchObject({ outcome: 'failed', reason: 'connection-closed' })
  })

  test('a POST is sent once more while a reload that we ordered may cut', async () => {
    mayCut = true
    const target = await serve((request, reply) => setTimeout(() => cutsReused(request, reply), 30))
    const { totals } = await runBurst(engine, plan(target, { requests: 6, method: 'POST', body: 'x' }))
    expect(totals).toMatchObject({ answered: 6, failed: 0, resent: 5 })
  })

  test('once only: when the new connection is cut too, it has failed', async () => {
    const target = await serve(({ order, socket }, reply) => {
      if (order === 0) reply(plainAnswer())
      else socket.end()
    })
    const { totals, samples } = await runBurst(engine, plan(target, { requests: 2 }))
    expect(totals).toMatchObject({ answered: 1, failed: 1, resent: 1 })
    expect(samples[1]).toMatchObject({ reason: 'connection-closed', detail: { resent: true } })
    expect(server.heard).toHaveLength(3)
  })

  test('not after the first byte of an answer, and not a connection that was new', async () => {
    const target = await serve(({ onConnection, socket }, reply) => {
      if (onConnection === 0) reply(plainAnswer())
      else socket.end('H')
    })
    const reused = await runBurst(engine, plan(target, { requests: 2 }))
    expect(reused.totals).toMatchObject({ answered: 1, failed: 1, resent: 0 })
  })
})

describe('kept connections', () => {
  test('one that the answer ends is not used again', async () => {
    const target = await serve(({ onConnection }, reply) =>
      reply(plainAnswer('ok', onConnection === 2 ? 'Connection: close\r\n' : '')),
    )
    const { totals } = await runBurst(engine, plan(target, { requests: 30 }))
    expect(totals).toMatchObject({ answered: 30, resent: 0 })
    expect(server.connections()).toBe(10)
  })

  test('one that the other side closed while idle is replaced without a second sending', async () => {
    const target = await serve(({ socket }, reply) => {
      reply(plainAnswer())
      setTimeout(() => socket.end(), 5)
    })
    const { totals } = await runBurst(engine, plan(target, { requests: 5, ratePerSecond: 10 }))
    expect(totals).toMatchObject({ answered: 5, resent: 0 })
    expect(server.connections()).toBe(5)
  })

  test('one on which bytes come unasked is not used again', async () => {
    const target = await serve((_, reply) => reply(`${plainAnswer()}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`))
    const { totals } = await runBurst(engine, plan(target, { requests: 8 }))
    expect(totals).toMatchObject({ sent: 8, answered: 8 })
    expect(server.connections()).toBe(8)
  })

  test('after a generation that is new, what is sent next goes over new ones', async () => {
    const target = await serve(({ order }, reply) =>
      reply(plainAnswer('ok', `X-Backend: aaaaaaaaaaaa\r\nX-Front-Door-Generation: abc-${order < 40 ? 1 : 2}\r\n`)),
    )
    const { burst, samples } = await runBurst(engine, plan(target, { requests: 200, concurrency: 4 }))
    const opened = server.heard.filter(({ onConnection }) => onConnection === 0)
    expect(opened).toHaveLength(8)
    expect(opened.filter(({ order }) => order > 40)).toHaveLength(4)
    expect(burst.routes()).toEqual([
      { index: 0, backend: 'aaaaaaaaaaaa', generation: 'abc-1' },
      { index: 1, backend: 'aaaaaaaaaaaa', generation: 'abc-2' },
    ])
    expect(samples.filter(({ generation }) => generation === 'abc-1')).toHaveLength(40)
    expect(burst.measure().byBackend).toMatchObject([{ backend: 'aaaaaaaaaaaa', answered: 200 }])
  })

  test('requests carry ids in the order of sending when the plan asks for them', async () => {
    const target = await serve((_, reply) => reply(plainAnswer()))
    await runBurst(engine, plan(target, { requests: 100, concurrency: 8, requestIdPrefix: 'b7-' }))
    const ids = server.heard.map(({ head }) => /x-request-id: (\S+)/i.exec(head)?.[1])
    expect(ids.toSorted()).toEqual(
      Array.from({ length: 100 }, (_, order) => `b7-${order.toString(16).padStart(8, '0')}`),
    )
  })

  test('a request keeps its id although it timed out before its connection was there', async () => {
    const ids: string[] = []
    const full = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.on('data', (bytes) => {
        ids.push(/x-request-id: (\S+)/i.exec(bytes.toString('latin1'))?.[1] ?? '')
        socket.write(plainAnswer())
      })
    })
    full.listen({ port: 0, host: '127.0.0.1', backlog: 1 })
    await once(full, 'listening')
    const target = { host: '127.0.0.1', port: (full.address() as AddressInfo).port }
    await runBurst(engine, plan(target, { requests: 1 }))
    ids.length = 0
    const { totals } = await runBurst(
      engine,
      plan(target, { requests: 40, concurrency: 8, requestIdPrefix: 'b8-', timeoutMs: 300 }),
      // Nobody accepts meanwhile: connections beyond the backlog come when the system tries them again, after a second.
      () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 900),
    )
    expect(totals.late).toBeGreaterThan(0)
    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted())
    full.close()
  })
})
