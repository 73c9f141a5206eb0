import type { Welcome } from '#lib/protocol/events.ts'
import { encodeFrame } from '#lib/protocol/frame.ts'
import { PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import type { Backend, Burst, ClusterSnapshot, Totals } from '#lib/protocol/model.ts'
import { encodeRunFile } from '#lib/protocol/run-file.ts'
import {
  actionsOf,
  addressOf,
  END,
  failoversOf,
  GENERATION,
  keyOf,
  type RunStory,
  SPACING_US,
  START,
  stretchesOf,
} from './fake-run.ts'
import { lineOf, samplesOf } from './fake-samples.ts'

/** What the scripted server shows: everything that a real one would send, made by hand. */
export type Scene = {
  welcome: Welcome
  frames: Uint8Array[]
  /** What GET /api/runs/:id?format=file answers, by id. */
  files: Record<string, Uint8Array<ArrayBuffer>>
}

const backendOf = (number: number, status: Backend['status'] = 'up'): Backend => ({
  ...{ backend: keyOf(number), number, address: addressOf(number), wanted: 'up', status },
  ...{ listed: status !== 'starting', weight: 1, ejectedUntil: null },
})

export const snapshotOf = (replicas: number, changes: Partial<ClusterSnapshot> = {}): ClusterSnapshot => ({
  cluster: 'docker',
  reason: 'The Compose project robinscope runs.',
  howToSwitch: 'Start with ROBINSCOPE_CLUSTER=embedded for child processes instead.',
  can: { scale: true, membership: true, weights: false, faults: [] },
  frontDoor: {
    ...{ url: 'http://localhost:8080', kind: 'nginx', version: '1.30.0', algorithm: 'round robin', status: 'up' },
    generation: GENERATION,
  },
  replicas,
  scaling: false,
  followDeaths: false,
  project: 'robinscope',
  trouble: null,
  backends: Array.from({ length: replicas }, (_, index) => backendOf(index + 1)),
  ...changes,
})

export type SceneOptions = {
  requests?: number
  brokenFrom?: number
  joinedAt?: number
  snapshot?: ClusterSnapshot
  /** `b1` unless said otherwise. */
  id?: string
  /** How much earlier than the others it began, seconds. */
  earlierS?: number
}

/** A burst of `sent` requests out of `requests` over `replicas` backends; ended when all were sent. */
export function burstScene(replicas: number, sent: number, options: SceneOptions = {}): Scene {
  const { requests = sent, id = 'b1', earlierS = 0 } = options
  const at = (iso: string): string => new Date(Date.parse(iso) - earlierS * 1_000).toISOString()
  const story: RunStory = {
    ...{ replicas, sent, brokenFrom: options.brokenFrom ?? null, joinedAt: options.joinedAt ?? null, id },
  }
  const lines = Array.from({ length: sent }, (_, seq) => lineOf(seq, story))
  const answeredLines = lines.filter((line) => line.outcome === 'answered')
  const failed = lines.length - answeredLines.length
  const rescued = answeredLines.filter((line) => line.attempts.length > 1).length
  const running = sent < requests
  const totals: Totals = {
    ...{
      sent: running ? sent + 1 : sent,
      inFlight: running ? 1 : 0,
      answered: answeredLines.length,
      errors: 0,
      failed,
    },
    ...{ timedOut: 0, cancelled: 0, late: 0, rescued, resent: 0 },
  }
  const latency = { p50: 1.2, p90: 1.7, p95: 1.8, p99: 2.4, p999: 3.1, max: 3.4 }
  const counts = Array.from(
    { length: replicas },
    (_, index) => answeredLines.filter((one) => one.route % replicas === index).length,
  )
  const burst: Burst = {
    ...totals,
    ...{ id, boot: 'fake', status: running ? 'running' : 'finished', failure: null },
    request: {
      ...{ requests, concurrency: 1, ratePerSecond: 8, method: 'GET', path: '/', headers: {} },
      ...{ keepAlive: true, timeoutMs: 10_000 },
    },
    byStatus: failed > 0 ? { 200: answeredLines.length, 504: failed } : { 200: answeredLines.length },
    rps: 8,
    latencyMs: { fromSent: latency, fromIntended: latency },
    lateStarts: 0,
    byBackend: counts.map((answered, index) => ({
      ...{
        backend: keyOf(index + 1),
        answered,
        errors: 0,
        rescuedFrom: 0,
        share: answered / Math.max(1, answeredLines.length),
      },
      ...{ expectedShare: 1 / replicas, latencyMs: latency },
    })),
    fairness: { spread: Math.max(...counts) - Math.min(...counts), jain: 1 },
    deviations: failed + rescued,
    ...{ stretches: stretchesOf(story), stretchesLeftOut: 0, failovers: failoversOf(story) },
    verdict: { tone: 'plain', sentence: '', note: '', showFailures: false },
    startedAt: at(START),
    finishedAt: running ? null : at(END),
  }
  const { samples, routes, peers, details, generations, backends } = samplesOf(lines, story)
  const actions = actionsOf(story)
  const frame = encodeFrame({
    ...{ burst: Number(id.slice(1)), firstSeq: 0, gap: false, elapsedUs: lines.length * SPACING_US, totals, samples },
    ...{ tables: { routes, peers, generations, backends }, details },
  })
  const file = encodeRunFile({
    ...{ run: { ...burst, generations, backends, actions }, firstSeq: 0, samples, routes, peers, details },
  })
  return {
    welcome: { ...welcomeOf(options.snapshot ?? snapshotOf(replicas), burst), actions },
    frames: [frame],
    files: { [id]: file },
  }
}

/** The same with runs before it, newest first: they can be shown. */
export const withEarlier = (scene: Scene, earlier: readonly Scene[]): Scene => ({
  ...scene,
  welcome: { ...scene.welcome, runs: [scene, ...earlier].flatMap(({ welcome }) => welcome.runs) },
  files: Object.assign({}, scene.files, ...earlier.map(({ files }) => files)),
})

export const welcomeOf = (cluster: ClusterSnapshot, burst: Burst | null): Welcome => ({
  ...{ protocol: PROTOCOL_VERSION, version: '0.1.0', cluster, boot: 'fake', burst, resumed: false },
  ...{ runs: burst ? [burst] : [], actions: [] },
})

export const emptyScene = (cluster: ClusterSnapshot): Scene => ({
  ...{ welcome: welcomeOf(cluster, null), frames: [], files: {} },
})

/** A scale from 3 to 4 while number 3 is down and number 2 drains: every status at once. */
export const mixedSnapshot = (): ClusterSnapshot =>
  snapshotOf(4, {
    scaling: true,
    backends: [
      backendOf(1),
      { ...backendOf(2, 'draining'), wanted: 'draining', listed: false },
      backendOf(3, 'down'),
      backendOf(4, 'starting'),
    ],
  })
