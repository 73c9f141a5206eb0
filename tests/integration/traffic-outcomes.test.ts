import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '#lib/traffic/burst.ts'
import { openEngine } from '#lib/traffic/open-engine.ts'
import { freePort } from '#tests/ports.ts'
import { plan, runBurst } from '#tests/unit/traffic/run-burst.ts'
import {
  type Heard,
  openScriptedServer,
  plainAnswer,
  type ScriptedServer,
} from '#tests/unit/traffic/scripted-server.ts'

let engine: Engine
let server: ScriptedServer | null = null
const ADDRESSES: Record<string, string> = { '10.0.0.2:80': 'aaaaaaaaaaaa', '10.0.0.3:80': 'bbbbbbbbbbbb' }

beforeAll(() => {
  engine = openEngine({ backendAt: (address) => ADDRESSES[address] ?? null, reloadMayCut: () => false })
})
afterAll(() => engine.close())
afterEach(async () => {
  await server?.close()
  server = null
})

async function serve(
  script: (request: Heard, reply: (bytes: string | Buffer) => void) => void,
): Promise<ScriptedServer> {
  server = await openScriptedServer(script)
  return server
}

const upstream = (addr: string, status: string, response: string, header: string): string =>
  `X-Upstream-Addr: ${addr}\r\nX-Upstream-Status: ${status}\r\nX-Upstream-Response-Time: ${response}\r\nX-Upstream-Header-Time: ${header}\r\nX-Front-Door-Generation: abc-1\r\n`

describe('outcomes', () => {
  test('complete answers of any status are answered, those from 500 on are errors too', async () => {
    const statuses = [200, 204, 404, 500, 503]
    const { target } = await serve(({ order }, reply) => {
      const status = statuses[order % statuses.length] ?? 200
      reply(`HTTP/1.1 ${status} X\r\nX-Backend: aaaaaaaaaaaa\r\n${status === 204 ? '' : 'Content-Length: 0\r\n'}\r\n`)
    })
    const { burst, totals, end } = await runBurst(engine, plan(target, { requests: 50, concurrency: 4 }))
    expect(end).toEqual({ status: 'finished', failure: null })
    expect(totals).toMatchObject({ sent: 50, answered: 50, errors: 20, failed: 0, rescued: 0, resent: 0 })
    expect(burst.measure().byStatus).toEqual({ 200: 10, 204: 10, 404: 10, 500: 10, 503: 10 })
    expect(burst.measure().byBackend).toMatchObject([{ backend: 'aaaaaaaaaaaa', answered: 50, errors: 20 }])
  })

  test('answers that the front door made itself are failed, with the reason and the attempts', async () => {
    const answers = [
      `HTTP/1.1 502 Bad Gateway\r\n${upstream('10.0.0.2:80, backend', '502, 502', '0.001, 0.000', '-, -')}Content-Length: 0\r\n\r\n`,
      `HTTP/1.1 504 Gateway Time-out\r\n${upstream('10.0.0.2:80', '504', '3.000', '-')}Content-Length: 0\r\n\r\n`,
      `HTTP/1.1 500 Oops\r\n${upstream('10.0.0.2:80', '500', '0.002', '-')}Content-Length: 0\r\n\r\n`,
    ]
    const { target } = await serve(({ order }, reply) => reply(answers[order] ?? ''))
    const { burst, samples, totals } = await runBurst(engine, plan(target, { requests: 3 }))
    expect(totals).toMatchObject({ answered: 0, failed: 3, rescued: 0 })
    expect(samples.map(({ reason, status, backend, generation }) => [reason, status, backend, generation])).toEqual([
      ['no-backend', 502, null, 'abc-1'],
      ['gateway-timeout', 504, null, 'abc-1'],
      ['front-door-5xx', 500, null, 'abc-1'],
    ])
    expect(burst.peers()).toEqual([
      { index: 0, address: '10.0.0.2:80', backend: 'aaaaaaaaaaaa' },
      { index: 1, address: 'backend', backend: null },
    ])
    expect(samples[0]?.detail?.attempts).toEqual([
      { peer: 0, status: 502, us: 1_000 },
      { peer: 1, status: 502, us: 0 },
    ])
    expect(samples[1]?.detail?.attempts).toEqual([{ peer: 0, status: 504, us: 3_000_000 }])
    expect(burst.measure().latencyMs.fromSent).toBeNull()
  })

  test('an answer after a failed attempt is rescued, and its backend is found by its address', async () => {
    const { target } = await serve((_, reply) =>
      reply(plainAnswer('ok', upstream('10.0.0.2:80, 10.0.0.3:80', '502, 200', '0.001, -', '-, 0.004'))),
    )
    const { burst, samples, totals, ticks } = await runBurst(engine, plan(target, { requests: 2 }))
    expect(totals).toMatchObject({ answered: 2, rescued: 2, resent: 0 })
    expect(samples[1]).toMatchObject({ backend: 'bbbbbbbbbbbb', generation: 'abc-1' })
    expect(samples[1]?.detail).toEqual({
      seq: 1,
      resent: false,
      attempts: [
        { peer: 0, status: 502, us: 1_000 },
        { peer: 1, status: 200, us: 4_000 },
      ],
    })
    expect(burst.measure().byBackend).toMatchObject([{ backend: 'bbbbbbbbbbbb', answered: 2 }])
    expect(ticks.flatMap(({ details }) => details).map(({ seq }) => seq)).toEqual([0, 1])
  })

  test('nobody listens: failed, connect', async () => {
    const target = { host: '127.0.0.1', port: await freePort() }
    const { samples, totals } = await runBurst(engine, plan(target, { requests: 40, concurrency: 8 }))
    expect(totals).toMatchObject({ sent: 40, failed: 40 })
    expect(new Set(samples.map(({ reason }) => reason))).toEqual(new Set(['connect']))
  })

  test('legal answers in any form are answered, split at every byte', async () => {
    const forms = [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n',
      'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 50\r\n\r\n',
    ]
    const { target, connections } = await serve(({ order, socket }, reply) => {
      const bytes = forms[order % forms.length] ?? ''
      const pour = (at: number): void => {
        if (at === bytes.length - 1) reply(bytes.slice(at))
        else socket.write(bytes.slice(at, at + 1), () => setImmediate(pour, at + 1))
      }
      pour(0)
    })
    const { totals } = await runBurst(engine, plan(target, { requests: 15, concurrency: 2 }))
    expect(totals).toMatchObject({ sent: 15, answered: 15 })
    expect(connections()).toBe(2)
  })

  test('an answer that ends with its connection is answered, and the next request opens another', async () => {
    const { target, connections } = await serve(({ socket }) => socket.end('HTTP/1.1 200 OK\r\n\r\nsome text'))
    const { totals } = await runBurst(engine, plan(target, { requests: 6 }))
    expect(totals).toMatchObject({ answered: 6, resent: 0 })
    expect(connections()).toBe(6)
  })

  test('HEAD is answered by a head alone', async () => {
    const { target, heard } = await serve((_, reply) => reply('HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n'))
    const { totals } = await runBurst(engine, plan(target, { requests: 5, method: 'HEAD' }))
    expect(totals).toMatchObject({ answered: 5 })
    expect(heard[0]?.head).toMatch(/^HEAD \/ HTTP\/1\.1\r\n/)
  })

  test('no answer in time: timed out; one that comes after that is counted as late', async () => {
    const { target } = await serve(({ order }, reply) => {
      if (order === 0) setTimeout(() => reply(plainAnswer()), 400)
      else reply(plainAnswer())
    })
    const { samples, totals } = await runBurst(engine, plan(target, { requests: 3, timeoutMs: 150 }))
    expect(totals).toMatchObject({ sent: 3, answered: 2, timedOut: 1, late: 1 })
    expect(samples[0]).toMatchObject({ outcome: 'timedOut', status: 0, backend: null })
    expect(samples[0]?.latencyUs).toBeGreaterThanOrEqual(150_000)
    expect(samples[0]?.latencyUs).toBeLessThan(400_000)
  })

  test('a server that accepts and never answers makes time-outs, never a hang', async () => {
    const { target } = await serve(() => {})
    const { totals } = await runBurst(engine, plan(target, { requests: 40, concurrency: 10, timeoutMs: 60 }))
    expect(totals).toMatchObject({ sent: 40, timedOut: 40, late: 0 })
  })

  test('accounts hold over a server that does a bit of everything', async () => {
    const acts: ((request: Heard, reply: (bytes: string) => void) => void)[] = [
      (_, reply) => reply(plainAnswer('ok', 'X-Backend: aaaaaaaaaaaa\r\n')),
      ({ socket }) => socket.destroy(),
      ({ socket }) => socket.resetAndDestroy(),
      (_, reply) => reply('HTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
      () => {},
      (_, reply) => setTimeout(() => reply(plainAnswer()), 120),
      ({ socket }) => socket.write('nonsense'),
      ({ socket }) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'),
      (_, reply) => reply(`${plainAnswer()}and more`),
    ]
    const { target, mostInFlight } = await serve((request, reply) =>
      acts[(request.order * 7) % acts.length]?.(request, reply),
    )
    const { totals } = await runBurst(engine, plan(target, { requests: 1_500, concurrency: 32, timeoutMs: 80 }))
    expect(totals.sent).toBe(1_500)
    expect(totals.answered).toBeGreaterThan(400)
    expect(totals.failed).toBeGreaterThan(200)
    expect(totals.timedOut).toBeGreaterThan(200)
    expect(mostInFlight()).toBeGreaterThan(1)
  })
})
