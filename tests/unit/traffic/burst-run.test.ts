import { afterEach, expect, test, vi } from 'vitest'
import { MAX_DURATION_MS } from '#lib/protocol/limits.ts'
import { BurstMemory } from '#lib/traffic/burst-memory.ts'
import { BurstRun } from '#lib/traffic/burst-run.ts'
import { until } from '#tests/until.ts'
import { plan } from './run-burst.ts'
import { openScriptedServer, plainAnswer } from './scripted-server.ts'

afterEach(() => void vi.useRealTimers())

test('a burst by count ends at the limit of one hour, with what was in flight', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const server = await openScriptedServer((_, reply) => reply(plainAnswer()))
  const ended: string[] = []
  const slow = plan(server.target, { requests: 1_000_000, ratePerSecond: 0.1 })
  const run = new BurstRun(
    slow,
    new BurstMemory(),
    () => {},
    (status) => void ended.push(status),
  )
  run.begin()
  vi.advanceTimersByTime(MAX_DURATION_MS - 1)
  expect(ended).toEqual([])
  vi.advanceTimersByTime(1)
  vi.useRealTimers()
  await until('it ended', () => ended.length > 0)
  expect(ended).toEqual(['finished'])
  expect(run.tally.totals).toMatchObject({ inFlight: 0, sent: run.tally.totals.answered })
  await server.close()
})
