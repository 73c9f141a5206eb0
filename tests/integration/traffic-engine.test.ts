import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import type { Engine } from '#lib/traffic/burst.ts'
import { openEngine } from '#lib/traffic/open-engine.ts'
import { plan, runBurst } from '#tests/unit/traffic/run-burst.ts'
import { openScriptedServer, plainAnswer, type ScriptedServer } from '#tests/unit/traffic/scripted-server.ts'
import { until } from '#tests/until.ts'

let server: ScriptedServer
let engine: Engine
const options = {
  backendAt: () => null,
  reloadMayCut: () => false,
  worker: new URL('../unit/traffic/crashing-worker.ts', import.meta.url),
}

beforeEach(async () => {
  server = await openScriptedServer(({ order }, reply) =>
    reply(plainAnswer('ok', `X-Backend: ${order % 2 === 0 ? 'aaaaaaaaaaaa' : 'bbbbbbbbbbbb'}\r\n`)),
  )
  engine = openEngine(options)
})
afterEach(async () => {
  await engine.close()
  await server.close()
})

describe('the engine', () => {
  test('ticks tell of every sample once, in order, with totals that grow to the end', async () => {
    const { ticks, burst, totals } = await runBurst(engine, plan(server.target, { requests: 5_000, concurrency: 8 }))
    expect(ticks.length).toBeGreaterThan(1)
    let next = 0
    for (const tick of ticks) {
      expect(tick.fromSeq).toBe(next)
      next = tick.toSeq
      const { sent, inFlight, answered, failed, timedOut, cancelled } = tick.totals
      expect(answered + failed + timedOut + cancelled + inFlight).toBe(sent)
      expect(answered + failed + timedOut + cancelled).toBe(tick.toSeq)
    }
    expect(next).toBe(5_000)
    expect(ticks.at(-1)?.totals).toEqual(totals)
    expect(ticks.flatMap(({ routes }) => routes)).toEqual(burst.routes())
    expect(burst.measure().byBackend.map(({ answered }) => answered)).toEqual([2_500, 2_500])
  })

  test('figures agree with the samples', async () => {
    const { samples, burst } = await runBurst(engine, plan(server.target, { requests: 3_000, concurrency: 4 }))
    const latencies = samples.map(({ latencyUs }) => latencyUs).toSorted((a, b) => a - b)
    const { latencyMs, byBackend } = burst.measure()
    for (const [share, found] of [
      [0.5, latencyMs.fromSent?.p50],
      [0.99, latencyMs.fromSent?.p99],
    ] as const) {
      const exact = (latencies[Math.ceil(share * latencies.length) - 1] ?? 0) / 1_000
      expect(Math.abs((found ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.01)
    }
    expect(latencyMs.fromSent?.max).toBe((latencies.at(-1) ?? 0) / 1_000)
    const sumMs = byBackend.reduce((sum, { latencySumMs }) => sum + latencySumMs, 0)
    expect(sumMs).toBeCloseTo(latencies.reduce((sum, us) => sum + us, 0) / 1_000, 3)
  })

  test('one burst at a time; the last one stays readable while another runs', async () => {
    const first = await runBurst(engine, plan(server.target, { requests: 100 }))
    const before = first.burst.samples(0, 100).slice()
    const second = await runBurst(engine, plan(server.target, { requests: 50 }), () => {
      expect(() => engine.start(plan(server.target))).toThrow('A burst is running')
    })
    expect(first.burst.samples(0, 100)).toEqual(before)
    const figures = first.burst.measure()
    await runBurst(engine, plan(server.target, { requests: 10 }))
    expect(first.burst.measure()).toEqual(figures)
    expect(first.burst.firstSeq()).toBe(0)
    expect(first.burst.samples(0, 100), 'a copy, since its memory is used again').toEqual(before)
    expect(second.burst.samples(0, 50)).toHaveLength(50 * SAMPLE_WORDS)
    expect(second.burst.measure().totals.answered).toBe(50)
  })

  test('a listener may start the next burst from the end of the last', async () => {
    const over = Promise.withResolvers<void>()
    engine.start(plan(server.target), {
      onEnd: () => void engine.start(plan(server.target), { onEnd: () => over.resolve() }),
    })
    await over.promise
    expect(server.heard).toHaveLength(2)
  })

  test('a plan that cannot be sent is a failed burst, not a dead engine', async () => {
    const { end, totals } = await runBurst(engine, plan(server.target, { path: '/\r\nX: y' }))
    expect(end.status).toBe('failed')
    expect(end.failure).toContain('control character')
    expect(totals.sent).toBe(0)
    expect((await runBurst(engine, plan(server.target))).totals.answered).toBe(1)
  })

  test('a crash ends the burst with its reason, and the next burst has a new worker', async () => {
    const crashed = engine.start(plan(server.target, { path: '/crash', durationMs: 10_000, concurrency: 2 }))
    const end = await until('the burst ended', () => crashed.ended())
    expect(end).toEqual({ status: 'failed', failure: 'The load engine stopped: out of luck' })
    const { sent, inFlight, answered, failed } = crashed.totals()
    expect([inFlight, answered + failed]).toEqual([0, sent])
    expect((await runBurst(engine, plan(server.target, { requests: 20 }))).totals.answered).toBe(20)
  })

  test('close ends what runs, and closing twice is closing once', async () => {
    const burst = engine.start(plan(server.target, { durationMs: 60_000 }))
    await until('it sends', () => server.heard.length > 10)
    await Promise.all([engine.close(), engine.close()])
    expect(burst.ended()?.status).toBe('cancelled')
    expect(() => engine.start(plan(server.target))).toThrow('closed')
  })
})
