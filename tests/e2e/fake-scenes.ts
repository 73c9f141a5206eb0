import type { Welcome } from '#lib/protocol/events.ts'
import { type Detail, encodeFrame, type Peer, type Route } from '#lib/protocol/frame.ts'
import { PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import type { Backend, Burst, ClusterSnapshot, Outcome, Reason, Totals } from '#lib/protocol/model.ts'
import { NO_ROUTE, packOutcome, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import {
  actionsOf,
  addressOf,
  END,
  failoversOf,
  GENERATION,
  generationsOf,
  keyOf,
  type RunStory,
  runBackendsOf,
  SPACING_US,
  START,
  stretchesOf,
  turnOf,
} from './fake-run.ts'

/** What the scripted server shows: everything that a real one would send, made by hand. */
export type Scene = { welcome: Welcome; frames: Uint8Array[] }

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

type Line = { outcome: Outcome; reason: Reason; status: number; route: number; attempts: number[] }

/** Routes are backends under the generation in force, those of the generation before behind them. */
const routeOf = (turn: number, generation: string, replicas: number): number =>
  generation === GENERATION ? turn : replicas + turn

const lineOf = (seq: number, story: RunStory): Line => {
  const { replicas, brokenFrom } = story
  const { turn, generation } = turnOf(seq, story)
  const route = routeOf(turn, generation, replicas)
  const plain: Line = { outcome: 'answered', reason: 'none', status: 200, route, attempts: [] }
  if (brokenFrom === null || seq < brokenFrom || turn !== 1) return plain
  if (seq < brokenFrom + replicas)
    return { outcome: 'failed', reason: 'gateway-timeout', status: 504, route: NO_ROUTE, attempts: [1] }
  return { ...plain, route: (turn + 1) % replicas, attempts: [1, (turn + 1) % replicas] }
}

const framesOf = (lines: Line[], story: RunStory, totals: Totals): Uint8Array[] => {
  const backends = runBackendsOf(story)
  const generations = generationsOf(story)
  const routes: Route[] = generations
    .toReversed()
    .flatMap(({ generation }) => backends.map(({ backend }) => ({ backend, generation })))
    .map((route, index) => ({ ...route, index }))
  const peers: Peer[] = routes
    .slice(0, story.replicas)
    .map(({ index, backend }) => ({ index, address: addressOf(index + 1), backend }))
  const details: Detail[] = []
  const samples = new Uint32Array(lines.length * SAMPLE_WORDS)
  for (const [seq, line] of lines.entries()) {
    const latencyUs = 1_200 + ((seq * 7_919) % 900) + (line.attempts.length > 0 ? 1_500 : 0)
    const word = packOutcome(line.status, line.outcome, line.reason, line.attempts.length > 0)
    samples.set([seq * SPACING_US, latencyUs, 0, line.route, seq, word], seq * SAMPLE_WORDS)
    const last = line.attempts.length - 1
    const attempts = line.attempts.map((peer, index) => {
      const answered = index === last && line.outcome === 'answered'
      return { peer, status: answered ? 200 : 504, us: answered ? 1_100 : 1_500 }
    })
    if (attempts.length > 0) details.push({ seq, resent: false, attempts })
  }
  const elapsedUs = lines.length * SPACING_US
  return [
    encodeFrame({
      burst: 1,
      firstSeq: 0,
      gap: false,
      elapsedUs,
      totals,
      samples,
      tables: { routes, peers, generations, backends },
      details,
    }),
  ]
}

/** A burst of `sent` requests out of `requests` over `replicas` backends; ended when all were sent. */
export function burstScene(
  replicas: number,
  sent: number,
  options: { requests?: number; brokenFrom?: number; joinedAt?: number; snapshot?: ClusterSnapshot } = {},
): Scene {
  const requests = options.requests ?? sent
  const story: RunStory = {
    ...{ replicas, sent, brokenFrom: options.brokenFrom ?? null, joinedAt: options.joinedAt ?? null },
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
    ...{ id: 'b1', boot: 'fake', status: running ? 'running' : 'finished', failure: null },
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
    startedAt: START,
    finishedAt: running ? null : END,
  }
  return {
    welcome: { ...welcomeOf(options.snapshot ?? snapshotOf(replicas), burst), actions: actionsOf(story) },
    frames: framesOf(lines, story, totals),
  }
}

export const welcomeOf = (cluster: ClusterSnapshot, burst: Burst | null): Welcome => ({
  ...{ protocol: PROTOCOL_VERSION, version: '0.1.0', cluster, boot: 'fake', burst, resumed: false },
  ...{ runs: burst ? [burst] : [], actions: [] },
})

export const emptyScene = (cluster: ClusterSnapshot): Scene => ({ welcome: welcomeOf(cluster, null), frames: [] })

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
