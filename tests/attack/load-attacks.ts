import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { MAX_BROWSERS } from '#lib/protocol/limits.ts'
import { until } from '../until.ts'
import { type Bystander, openBystander, p95 } from './bystander.ts'
import { LOADS } from './load.ts'
import { longestStretchMs } from './main-thread.ts'
import { rawRequest, requestText, SOCKET_TARGET, upgradeHeaders } from './raw-request.ts'
import { openRawSocket, type RawSocket } from './raw-socket.ts'
import { residentMb } from './resident.ts'
import type { Victim } from './victim.ts'

// The list's own sizes, and what another browser feels of them, are in `npm run verify -- hostile`: here the machine may be busy.
const SAMPLE = 0.1
const MOST_STRETCH_MS = 60
const SLACK_MS = 500
const MEMORY_SLACK_MB = 20
/** Above headersTimeout, which the server looks after once a second. */
const SLOW_HEAD_LIMIT_MS = 13_000

export function loadAttacks(victim: Victim): void {
  const sockets: RawSocket[] = []
  let bystander: Bystander
  const slowEnds: Promise<unknown>[] = []
  const slow: { socket: Socket; closedAfterMs: Promise<number> }[] = []

  beforeAll(async () => {
    bystander = await openBystander(victim)
    for (let index = 0; index < 200; index++) {
      const startedAt = performance.now()
      const socket = connect({ host: '127.0.0.1', port: victim.port() })
      socket.on('error', () => undefined)
      socket.write('GET / HT')
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      slow.push({ socket, closedAfterMs: closed.then(() => performance.now() - startedAt) })
      socket.resume()
    }
  })
  afterAll(() => bystander?.close())
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.end()
  })
  const open = async (join: boolean): Promise<RawSocket> => {
    const socket = await openRawSocket(victim.product(), { join })
    sockets.push(socket)
    return socket
  }

  test('attack 28: a thousand commands a second are refused, then dropped', async () => {
    const attacker = await open(true)
    for (let index = 0; index < 1_000 && !attacker.isClosed(); index++)
      attacker.say(`42${index}["burst:cancel",{"id":"b9"}]`)
    await until('the socket is closed', attacker.isClosed, 5_000)
    expect(attacker.heard()).toContain('too-many')
  })

  test('attack 29: more sockets than browsers are allowed do not get in', async () => {
    const joined = await Promise.all(Array.from({ length: MAX_BROWSERS + 20 }, () => open(true)))
    const welcomed = joined.filter((socket) => socket.heard().includes('welcomed'))
    // The bystander is one of them.
    expect(welcomed).toHaveLength(MAX_BROWSERS - 1)
    expect(joined.filter((socket) => socket.heard().includes('too-many-browsers'))).toHaveLength(21)
  })

  test('attack 29: handshakes that never join do not keep a browser out, and are gone in 5 s', async () => {
    const silent = await Promise.all(
      Array.from({ length: 200 }, () => openRawSocket(victim.product(), { join: false })),
    )
    slowEnds.push(Promise.all(silent.map((socket) => until('it is gone', socket.isGone, 9_000))))
    const browser = await open(true)
    expect(browser.heard()).toContain('welcomed')
  })

  test('attack 30: oversized heads are answered 431', async () => {
    const big = requestText('/', [
      ['Host', victim.host()],
      ['X-Big', 'x'.repeat(100_000)],
    ])
    const many = requestText('/', [['Host', victim.host()], ...manyHeaders(5_000)])
    for (const text of [big, many]) expect((await rawRequest(victim.port(), text)).status).toBe(431)
  })

  test('attack 30: 500 connections that ask for nothing do not keep one that asks out', async () => {
    const idle = Array.from({ length: 500 }, () => connect({ host: '127.0.0.1', port: victim.port() }))
    for (const socket of idle) socket.on('error', () => undefined)
    const upgrade = requestText(SOCKET_TARGET, upgradeHeaders(victim.host(), `http://${victim.host()}`))
    expect((await rawRequest(victim.port(), upgrade)).status).toBe(101)
    for (const socket of idle) socket.destroy()
  })

  test('attacks 22 to 30: a tenth of all of them moves nobody else, and its memory comes back', async () => {
    const { pid } = victim.product()
    const memory = residentMb(pid)
    await bystander.take()
    await sleep(1_000)
    const calm = await bystander.take()
    await longestStretchMs(victim.product())
    const [slowOnes, ...others] = LOADS.toReversed()
    const oneByOne = async (): Promise<void> => {
      for (const { run } of others.reverse()) await run(victim, SAMPLE)
    }
    await Promise.all([slowOnes?.run(victim, SAMPLE), oneByOne()])
    const felt = await bystander.take()
    expect(await longestStretchMs(victim.product())).toBeLessThan(MOST_STRETCH_MS)
    expect(felt.failures).toEqual([])
    expect(p95(felt.requestsMs) - p95(calm.requestsMs)).toBeLessThan(SLACK_MS)
    expect(p95(felt.commandsMs) - p95(calm.commandsMs)).toBeLessThan(SLACK_MS)
    await until('the memory is back', () => residentMb(pid) - memory < MEMORY_SLACK_MB, 20_000, 200)
  })

  test('attacks 29, 30: neither handshakes nor heads that do not come were waited for longer than they may be', async () => {
    await Promise.all(slowEnds)
    const times = await Promise.all(slow.map(({ closedAfterMs }) => closedAfterMs))
    expect(times).toHaveLength(200)
    // Those beyond the room for silent ones may go before.
    expect(Math.max(...times)).toBeLessThan(SLOW_HEAD_LIMIT_MS)
    expect(await victim.product().api.isReady()).toBe(true)
  })
}

const manyHeaders = (count: number): [string, string][] =>
  Array.from({ length: count }, (_, index) => [`X-${index}`, 'y'])
