import { expect } from 'vitest'
import type { Detail } from '#lib/protocol/frame.ts'
import type { Outcome, Reason, Totals } from '#lib/protocol/model.ts'
import { NO_ROUTE, outcomeOf, reasonOf, SAMPLE_WORDS, startedLate, statusOf } from '#lib/protocol/sample-record.ts'
import type { BurstEnd, BurstPlan, BurstTick, Engine, RunningBurst } from '#lib/traffic/burst.ts'

export const plan = (target: BurstPlan['target'], changes: Partial<BurstPlan> = {}): BurstPlan => ({
  target,
  requests: changes.durationMs === undefined || changes.durationMs === null ? 1 : null,
  durationMs: null,
  concurrency: 1,
  ratePerSecond: null,
  method: 'GET',
  path: '/',
  headers: {},
  body: null,
  keepAlive: true,
  timeoutMs: 10_000,
  requestIdPrefix: null,
  ...changes,
})

export type ReadSample = {
  sentUs: number
  latencyUs: number
  waitUs: number
  order: number
  isLate: boolean
  outcome: Outcome
  reason: Reason
  status: number
  backend: string | null
  generation: string | null
  detail: Detail | null
}

export function samplesOf(burst: RunningBurst): ReadSample[] {
  const words = burst.samples(0, burst.nextSeq())
  const routes = burst.routes()
  return Array.from({ length: words.length / SAMPLE_WORDS }, (_, seq) => {
    const [sentUs = 0, latencyUs = 0, waitUs = 0, index = NO_ROUTE, order = 0, word = 0] = words.subarray(
      seq * SAMPLE_WORDS,
    )
    const route = routes[index]
    return {
      ...{ sentUs, latencyUs, waitUs, order, isLate: startedLate(word) },
      ...{ outcome: outcomeOf(word), reason: reasonOf(word), status: statusOf(word) },
      ...{ backend: route?.backend ?? null, generation: route?.generation ?? null },
      detail: burst.detail(seq),
    }
  })
}

export type Done = { burst: RunningBurst; end: BurstEnd; ticks: BurstTick[]; samples: ReadSample[]; totals: Totals }

/** Every request that was sent has exactly one outcome and one sample. */
export function expectAccounted(burst: RunningBurst): void {
  const { sent, inFlight, answered, failed, timedOut, cancelled, errors } = burst.totals()
  expect(inFlight).toBe(0)
  expect(answered + failed + timedOut + cancelled).toBe(sent)
  expect(burst.nextSeq()).toBe(sent)
  const counted = { answered: 0, failed: 0, timedOut: 0, cancelled: 0 }
  for (const sample of samplesOf(burst)) counted[sample.outcome]++
  expect(counted).toEqual({ answered, failed, timedOut, cancelled })
  const { byStatus } = burst.measure()
  expect(Object.values(byStatus).reduce((sum, count) => sum + count, 0)).toBe(answered)
  const fives = Object.entries(byStatus).filter(([status]) => Number(status) >= 500)
  expect(fives.reduce((sum, [, count]) => sum + count, 0)).toBe(errors)
}

/** Runs a burst to its end, whatever ends it, and checks the accounts. */
export async function runBurst(
  engine: Engine,
  burstPlan: BurstPlan,
  during: (burst: RunningBurst) => void = () => {},
): Promise<Done> {
  const ticks: BurstTick[] = []
  const over = Promise.withResolvers<BurstEnd>()
  const burst = engine.start(burstPlan, { onTick: (tick) => void ticks.push(tick), onEnd: over.resolve })
  during(burst)
  const end = await over.promise
  expectAccounted(burst)
  return { burst, end, ticks, samples: samplesOf(burst), totals: burst.totals() }
}
