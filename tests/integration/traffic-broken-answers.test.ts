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

beforeAll(() => {
  engine = openEngine({ backendAt: () => null, reloadMayCut: () => false })
})
afterAll(() => engine.close())
afterEach(() => server.close())

describe('an answer that breaks off, breaks the rules or never ends is failed, with its reason', () => {
  test.each([
    ['connection-closed', 'closes before a byte', ({ socket }: Heard) => socket.end()],
    ['connection-closed', 'resets the connection', ({ socket }: Heard) => socket.resetAndDestroy()],
    ['connection-closed', 'closes in the head', ({ socket }: Heard) => socket.end('HTTP/1.1 200 O')],
    ['connection-closed', 'closes in the body', ({ socket }: Heard) => socket.end(plainAnswer('hello').slice(0, -2))],
    [
      'connection-closed',
      'resets in a body without length',
      ({ socket }: Heard) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\nsome')
        setTimeout(() => socket.resetAndDestroy(), 20)
      },
    ],
    ['malformed', 'speaks something else', ({ socket }: Heard) => socket.write('220 smtp ready\r\n')],
    ['malformed', 'has two lengths', ({ socket }: Heard) => socket.write(plainAnswer('ok', 'Content-Length: 9\r\n'))],
    ['too-large', 'has a huge body', ({ socket }: Heard) => socket.write(plainAnswer('b'.repeat(70_000)))],
    [
      'too-large',
      'never ends its head',
      ({ socket }: Heard) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        const pour = (): void => {
          if (!socket.destroyed) socket.write('X-A: b\r\n'.repeat(100), () => setImmediate(pour))
        }
        pour()
      },
    ],
    [
      'too-large',
      'never ends its body',
      ({ socket }: Heard) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        const pour = (): void => {
          if (!socket.destroyed) socket.write(`3e8\r\n${'b'.repeat(1_000)}\r\n`, () => setImmediate(pour))
        }
        pour()
      },
    ],
  ] as const)('%s: the other side %s', async (reason, _, script) => {
    server = await openScriptedServer(script)
    const { samples, totals } = await runBurst(engine, plan(server.target, { requests: 12, concurrency: 3 }))
    expect(totals).toMatchObject({ sent: 12, failed: 12, resent: 0 })
    expect(new Set(samples.map((sample) => sample.reason))).toEqual(new Set([reason]))
    expect(samples.every(({ status, detail }) => status === 0 && detail !== null)).toBe(true)
  })
})
