import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '#lib/traffic/burst.ts'
import { openEngine } from '#lib/traffic/open-engine.ts'
import { expectAccounted, plan, runBurst } from '#tests/unit/traffic/run-burst.ts'
import { openScriptedServer, plainAnswer, type ScriptedServer } from '#tests/unit/traffic/scripted-server.ts'
import { until } from '#tests/until.ts'

let engine: Engine
let server: ScriptedServer

const answerAfter = async (ms: number): Promise<ScriptedServer> => {
  server = await openScriptedServer((_, reply) => {
    if (ms === 0) reply(plainAnswer())
    else setTimeout(() => reply(plainAnswer()), ms)
  })
  return server
}

beforeAll(() => {
  engine = openEngine({ backendAt: () => null, reloadMayCut: () => false })
})
afterAll(() => engine.close())
afterEach(() => server.close())

describe('closed load', () => {
  test('keeps exactly the concurrency in flight, on as many connections', async () => {
    const { target, mostInFlight, connections } = await answerAfter(5)
    const { totals, samples } = await runBurst(engine, plan(target, { requests: 400, concurrency: 16 }))
    expect(totals.answered).toBe(400)
    const asSent = samples.toSorted((one, other) => one.order - other.order)
    expect(asSent.map(({ order }) => order)).toEqual(Array.from({ length: 400 }, (_, order) => order))
    expect(asSent.map(({ sentUs }) => sentUs)).toEqual(samples.map(({ sentUs }) => sentUs).toSorted((a, b) => a - b))
    expect(mostInFlight()).toBe(16)
    expect(connections()).toBe(16)
  })

  test('one at a time: the order of samples is the order at the server, and waits are 0', async () => {
    const { target, mostInFlight } = await answerAfter(0)
    const { samples } = await runBurst(engine, plan(target, { requests: 200 }))
    expect(mostInFlight()).toBe(1)
    const starts = samples.map(({ sentUs }) => sentUs)
    expect(starts).toEqual(starts.toSorted((a, b) => a - b))
    expect(samples.every(({ waitUs }) => waitUs === 0)).toBe(true)
  })

  test('new connections: each request has its own and says that it ends', async () => {
    const { target, connections, heard } = await answerAfter(0)
    await runBurst(engine, plan(target, { requests: 60, concurrency: 4, keepAlive: false }))
    expect(connections()).toBe(60)
    expect(heard.every(({ head }) => /connection: close/i.test(head))).toBe(true)
  })

  test('a duration ends it: nothing starts afterwards, what was in flight is answered', async () => {
    const { target } = await answerAfter(20)
    const { samples, totals } = await runBurst(engine, plan(target, { durationMs: 300, concurrency: 4 }))
    expect(totals.answered).toBe(totals.sent)
    expect(totals.sent).toBeGreaterThan(4)
    expect(Math.max(...samples.map(({ sentUs }) => sentUs))).toBeLessThanOrEqual(300_000)
  })

  test('the concurrency can be raised and lowered while it runs', async () => {
    const { target, mostInFlight, heard } = await answerAfter(10)
    const { totals } = await runBurst(engine, plan(target, { requests: 260, concurrency: 2 }), (burst) => {
      void until('some were sent', () => heard.length > 20).then(async () => {
        expect(mostInFlight()).toBe(2)
        burst.edit({ concurrency: 12 })
        await until('twelve are in flight', () => mostInFlight() === 12)
        burst.edit({ concurrency: 1 })
      })
    })
    expect(totals.answered).toBe(260)
    expect(mostInFlight()).toBe(12)
    const after = heard.slice(-50).map(({ connection }) => connection)
    expect(new Set(after).size).toBe(1)
  })
})

describe('open load', () => {
  test('keeps the rate, whatever the answers take', async () => {
    const { target } = await answerAfter(15)
    const { samples, totals, burst } = await runBurst(
      engine,
      plan(target, { requests: 300, concurrency: 64, ratePerSecond: 200 }),
    )
    expect(totals.answered).toBe(300)
    const lastUs = Math.max(...samples.map(({ sentUs }) => sentUs))
    expect(lastUs).toBeGreaterThanOrEqual(299 * 5_000 - 1)
    expect(lastUs).toBeLessThan(299 * 5_000 + 500_000)
    expect(burst.measure().lateStarts / 300).toBeLessThan(0.01)
    const intended = samples.map(({ sentUs, waitUs }) => sentUs - waitUs).toSorted((a, b) => a - b)
    const early = intended.filter((us, order) => us < order * 5_000 - 1)
    expect(early).toEqual([])
  })

  test('a request that finds no free place waits, and the wait counts from its intended start', async () => {
    const { target, mostInFlight } = await answerAfter(25)
    const { samples, burst } = await runBurst(
      engine,
      plan(target, { requests: 40, concurrency: 1, ratePerSecond: 100 }),
    )
    expect(mostInFlight()).toBe(1)
    samples.forEach(({ sentUs, waitUs }, order) => {
      if (waitUs > 0) expect(Math.abs(sentUs - waitUs - order * 10_000)).toBeLessThan(2)
    })
    const waits = samples.map(({ waitUs }) => waitUs)
    expect(waits.at(-1)).toBeGreaterThan(300_000)
    const { lateStarts, dueStarts, latencyMs } = burst.measure()
    expect(lateStarts).toBeGreaterThan(30)
    expect(samples.filter(({ isLate }) => isLate)).toHaveLength(lateStarts)
    expect(dueStarts).toBe(40)
    expect(samples.map(({ order }) => order)).toEqual(Array.from({ length: 40 }, (_, order) => order))
    expect(latencyMs.fromIntended?.p99).toBeGreaterThan((latencyMs.fromSent?.p99 ?? 0) * 3)
  })

  test('the rate can be changed while it runs', async () => {
    const { target, heard } = await answerAfter(0)
    const startedAt = performance.now()
    const { totals } = await runBurst(
      engine,
      plan(target, { requests: 200, concurrency: 8, ratePerSecond: 5 }),
      (burst) => {
        void until('one was sent', () => heard.length > 0).then(() => burst.edit({ ratePerSecond: 2_000 }))
      },
    )
    expect(totals.answered).toBe(200)
    expect(performance.now() - startedAt).toBeLessThan(20_000)
  })

  test('a closed load takes a rate', async () => {
    const { target, heard } = await answerAfter(2)
    const { samples } = await runBurst(engine, plan(target, { durationMs: 900, concurrency: 4 }), (burst) => {
      void until('some were sent', () => heard.length > 20).then(() => burst.edit({ ratePerSecond: 10 }))
    })
    const late = samples.filter(({ sentUs }) => sentUs > 600_000)
    expect(late.length).toBeGreaterThan(0)
    expect(late.length).toBeLessThan(12)
  })
})

describe('cancel', () => {
  test('ends within 50 ms: nothing starts after it, what is in flight is cancelled', async () => {
    const { target, heard } = await answerAfter(500)
    const burst = engine.start(plan(target, { requests: 1_000, concurrency: 20 }))
    await until('twenty are in flight', () => heard.length === 20)
    const askedAt = performance.now()
    expect(await burst.cancel()).toEqual({ status: 'cancelled', failure: null })
    // 50 ms are promised, and measured by verify's part "client"; the rest is for machines that do something else at the moment.
    expect(performance.now() - askedAt).toBeLessThan(250)
    expect(burst.totals()).toMatchObject({ sent: 20, cancelled: 20, answered: 0 })
    expectAccounted(burst)
    expect(heard).toHaveLength(20)
  })

  test('is heard at full speed too, and twice is once', async () => {
    const { target, heard } = await answerAfter(0)
    const burst = engine.start(plan(target, { durationMs: 60_000, concurrency: 64 }))
    await until('many were sent', () => heard.length > 2_000)
    const [first, second] = await Promise.all([burst.cancel(), burst.cancel()])
    expect(second).toEqual(first)
    expectAccounted(burst)
    expect(burst.totals().answered).toBeGreaterThan(1_000)
  })

  test('of a paced burst that waits for its next start', async () => {
    const { target, heard } = await answerAfter(0)
    const burst = engine.start(plan(target, { requests: 100, ratePerSecond: 0.1 }))
    await until('the first was answered', () => burst.totals().answered === 1)
    expect((await burst.cancel()).status).toBe('cancelled')
    expect(heard).toHaveLength(1)
  })
})
