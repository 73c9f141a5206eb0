import { describe, expect, it } from 'vitest'
import { type Configuration, DEFAULT_POLICY, DEFAULT_SETTINGS } from '#lib/protocol/configuration.ts'
import type { Detail, Peer, Route } from '#lib/protocol/frame.ts'
import { type BurstRequest, NO_TOTALS, type Outcome } from '#lib/protocol/model.ts'
import { NO_ROUTE, packOutcome, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import { openJudge } from '#lib/server/burst-judge.ts'
import type { BurstTick, RunningBurst } from '#lib/traffic/burst.ts'

const LIST: Configuration = {
  policy: DEFAULT_POLICY,
  servers: ['a', 'b'].map((backend) => ({ backend, address: '127.0.0.1:1', state: 'in', ...DEFAULT_SETTINGS })),
}
const ROUTES: Route[] = [
  { index: 0, backend: 'a', generation: 'own-1' },
  { index: 1, backend: 'b', generation: 'own-1' },
  { index: 2, backend: null, generation: 'own-1' },
]
const PEERS: Peer[] = ['a', 'b'].map((backend, index) => ({ index, address: `127.0.0.1:${index}`, backend }))
const REQUEST: BurstRequest = {
  ...{ requests: 10, concurrency: 1, method: 'GET', path: '/', headers: {}, keepAlive: true, timeoutMs: 1_000 },
}

type Made = { route: number; outcome?: Outcome; sentUs?: number }

function judged(samples: Made[], details: Detail[] = [], request = REQUEST) {
  const words = Uint32Array.from(
    samples.flatMap(({ route, outcome = 'answered', sentUs = 0 }, order) => [
      ...[sentUs, 100, 0, route, order],
      packOutcome(
        200,
        outcome,
        'none',
        details.some(({ seq }) => seq === order),
      ),
    ]),
  )
  const run: Pick<RunningBurst, 'samples' | 'routes' | 'peers'> = {
    samples: (from: number, to: number) => words.subarray(from * SAMPLE_WORDS, to * SAMPLE_WORDS),
    routes: () => ROUTES,
    peers: () => PEERS,
  }
  const judge = openJudge({ configurationOf: (generation) => (generation === 'own-1' ? LIST : null) }, request)
  const tick: BurstTick = {
    ...{ fromSeq: 0, toSeq: samples.length, elapsedUs: 0, totals: NO_TOTALS, routes: ROUTES, peers: PEERS, details },
  }
  judge.take(tick, run)
  return { judge, verdict: judge.verdict(), run, tick }
}

describe('the judge of a burst', () => {
  it('reads samples and their routes to the judge of the run', () => {
    const { verdict } = judged([{ route: 0 }, { route: 1 }, { route: 1 }, { route: NO_ROUTE, outcome: 'timedOut' }])
    expect(verdict).toMatchObject({ deviations: 1, fairness: { spread: 1 }, stretchesLeftOut: 0 })
    expect(verdict.stretches).toMatchObject([{ generation: 'own-1', answered: 3 }])
    expect([...(verdict.expected ?? [])]).toEqual([
      ['a', 1.5],
      ['b', 1.5],
    ])
  })

  it('takes all attempts but the last of an answered request, and all of one that failed, as failed', () => {
    const attempts = (...peers: number[]) => peers.map((peer) => ({ peer, status: 502, us: 50 }))
    const details = [
      { seq: 1, resent: false, attempts: attempts(1, 0) },
      { seq: 2, resent: false, attempts: attempts(0) },
    ]
    const { verdict } = judged(
      [{ route: 0 }, { route: 0, sentUs: 1_000 }, { route: 2, outcome: 'failed', sentUs: 2_000 }],
      details,
    )
    expect(verdict.failovers.map(({ backend, noticedUs }) => [backend, noticedUs])).toEqual([
      ['b', 1_050],
      ['a', 2_050],
    ])
    expect([...verdict.rescuedFrom]).toEqual([['b', 1]])
  })

  it('tells no turns from an edit on that lets several be in flight', () => {
    const request = { ...REQUEST }
    const { judge, run, tick } = judged([{ route: 0 }, { route: 1 }], [], request)
    expect(judge.verdict().deviations).toBe(0)
    request.concurrency = 8
    judge.take({ ...tick, fromSeq: 2, toSeq: 2 }, run)
    request.concurrency = 1
    judge.take({ ...tick, fromSeq: 2, toSeq: 2 }, run)
    expect(judge.verdict().deviations).toBeNull()
  })
})
