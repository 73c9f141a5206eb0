import type { Backend, Burst, BurstRequest, ClusterSnapshot } from '#lib/protocol/model.ts'
import { NO_TOTALS } from '#lib/protocol/model.ts'

const KEYS = ['a3f9c1d27e04', '7be04d9910ac', 'c0de11b7f352', '51e8aa03d9c6']

export const backend = (number: number, changes: Partial<Backend> = {}): Backend => ({
  ...{ backend: KEYS[number - 1] ?? '000000000000', number, address: `127.0.0.1:${9_000 + number}`, wanted: 'up' },
  ...{ status: 'up', listed: true, weight: 1, ejectedUntil: null },
  ...changes,
})

export const snapshot = (changes: Partial<ClusterSnapshot> = {}): ClusterSnapshot => ({
  ...{ cluster: 'docker', reason: 'An engine answers.', howToSwitch: 'Start it otherwise.', replicas: 2 },
  can: { scale: true, membership: true, weights: false, faults: [] },
  frontDoor: {
    ...{ url: 'http://localhost:8080', kind: 'nginx', version: '1.30.0', algorithm: 'round robin', status: 'up' },
    generation: 'a-1',
  },
  ...{ scaling: false, followDeaths: false, project: 'robinscope', trouble: null, backends: [] },
  ...changes,
})

export const runningBurst = (request: Partial<BurstRequest> = { requests: 20 }): Burst => ({
  ...NO_TOTALS,
  ...{ id: 'b1', status: 'running', failure: null, byStatus: {}, rps: 0, lateStarts: null, byBackend: [] },
  request: {
    ...{ concurrency: 1, method: 'GET', path: '/', headers: {}, keepAlive: true, timeoutMs: 10_000 },
    ...request,
  },
  latencyMs: { fromSent: null, fromIntended: null },
  ...{ boot: 'first-boot', stretches: [], stretchesLeftOut: 0, failovers: [] },
  verdict: { tone: 'plain', sentence: '', note: '', showFailures: false },
  ...{ fairness: null, deviations: null, startedAt: '2026-01-05T10:00:00.000Z', finishedAt: null },
})
