import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { MAX_BROWSERS } from '#lib/protocol/limits.ts'
import { until } from '../until.ts'
import { rawRequest, requestText } from './raw-request.ts'
import { openRawSocket, type RawSocket } from './raw-socket.ts'
import { aVictim } from './victim.ts'

const victim = aVictim()
const opened: RawSocket[] = []
afterEach(() => {
  for (const socket of opened.splice(0)) socket.end()
})

const open = async (join: boolean): Promise<RawSocket> => {
  const socket = await openRawSocket(victim.product(), { join })
  opened.push(socket)
  return socket
}

/** How long an ordinary request takes meanwhile: the 95th percentile of 40. */
async function p95OfOthersMs(): Promise<number> {
  const took: number[] = []
  for (let round = 0; round < 40; round++) {
    const { ms, status } = await rawRequest(victim.port(), requestText('/api/health', [['Host', victim.host()]]))
    expect(status).toBe(200)
    took.push(ms)
    await sleep(10)
  }
  return took.toSorted((a, b) => a - b)[37] ?? Infinity
}

test('attack 28: a thousand commands a second are refused, then dropped, and nobody else waits', async () => {
  const attacker = await open(true)
  for (let index = 0; index < 1_000 && !attacker.isClosed(); index++)
    attacker.say(`42${index}["burst:cancel",{"id":"b9"}]`)
  const p95 = await p95OfOthersMs()
  await until('the socket is closed', attacker.isClosed, 5_000)
  expect(attacker.heard()).toContain('too-many')
  expect(p95).toBeLessThan(100)
})

test('attack 29: more sockets than browsers are allowed do not get in, and silent ones are gone in 5 s', async () => {
  const joined = await Promise.all(Array.from({ length: MAX_BROWSERS + 20 }, () => open(true)))
  const welcomed = joined.filter((socket) => socket.heard().includes('welcomed'))
  expect(welcomed.length).toBeLessThanOrEqual(MAX_BROWSERS)
  const silent = await Promise.all(Array.from({ length: 200 }, () => open(false)))
  expect(await p95OfOthersMs()).toBeLessThan(100)
  await until('the silent ones are gone', () => silent.every((socket) => socket.isClosed()), 10_000)
})

test('attack 30: slow and oversized heads are ended, and nobody else waits', async () => {
  const slow = Array.from({ length: 200 }, () =>
    rawRequest(victim.port(), [...'GET / HTTP/1.1'], { pauseMs: 5_000, limitMs: 45_000 }),
  )
  const big = requestText('/', [
    ['Host', victim.host()],
    ['X-Big', 'x'.repeat(100_000)],
  ])
  const many = requestText('/', [['Host', victim.host()], ...manyHeaders(5_000)])
  for (const text of [big, many]) expect((await rawRequest(victim.port(), text)).status).toBe(431)
  expect(await p95OfOthersMs()).toBeLessThan(200)
  const ended = await Promise.all(slow)
  expect(ended.every(({ closed }) => closed)).toBe(true)
  expect(await victim.product().api.isReady()).toBe(true)
})

const manyHeaders = (count: number): [string, string][] =>
  Array.from({ length: count }, (_, index) => [`X-${index}`, 'y'])

test('nothing of it reached the cluster', () => victim.expectUntouched())
