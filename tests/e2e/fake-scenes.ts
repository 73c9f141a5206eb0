import { Recording } from '#lib/client/recording.ts'
import type { Welcome } from '#lib/protocol/events.ts'
import { encodeFrame } from '#lib/protocol/frame.ts'
import { PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import { type Backend, type Burst, type ClusterSnapshot, NO_TOTALS, type Totals } from '#lib/protocol/model.ts'
import { encodeRunFile } from '#lib/protocol/run-file.ts'
import { actionsOf, addressOf, GENERATION, keyOf, type RunStory, SPACING_US, START } from './fake-run.ts'
import { linesOf, samplesOf } from './fake-samples.ts'

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
  const isRunning = sent < requests
  const { samples, routes, peers, details, generations, backends } = samplesOf(linesOf(story), story)
  const actions = actionsOf(story)
  const begun: Burst = {
    ...{ ...NO_TOTALS, id, boot: 'fake', status: 'running', failure: null },
    request: {
      ...{ requests, concurrency: 1, ratePerSecond: 8, path: '/', headers: {}, keepAlive: true, timeoutMs: 10_000 },
      method: story.brokenFrom === null ? 'GET' : 'POST',
    },
    ...{ byStatus: {}, rps: 0, latencyMs: { fromSent: null, fromIntended: null }, lateStarts: 0, byBackend: [] },
    ...{ fairness: null, deviations: 0, stretches: [], stretchesLeftOut: 0, failovers: [] },
    verdict: { tone: 'plain', sentence: '', note: '', showFailures: false },
    ...{ startedAt: at(START), finishedAt: null },
  }
  const facts = { firstSeq: 0, samples, routes, peers, details }
  // Counted and judged from the samples, as the server does it: no number can contradict another.
  const recording = new Recording({ run: { ...begun, generations, backends, actions }, ...facts })
  const elapsedUs = sent * SPACING_US
  const { totals: counted } = recording.frame(sent, elapsedUs)
  const totals: Totals = isRunning ? { ...counted, sent: sent + 1, inFlight: 1 } : counted
  const burst: Burst = {
    ...{ ...recording.summary(elapsedUs), ...totals },
    ...(isRunning
      ? {}
      : { status: 'finished', finishedAt: new Date(Date.parse(at(START)) + elapsedUs / 1_000).toISOString() }),
  }
  const frame = encodeFrame({
    ...{ burst: Number(id.slice(1)), firstSeq: 0, gap: false, elapsedUs, totals, samples, details },
    tables: { routes, peers, generations, backends },
  })
  const file = encodeRunFile({ run: { ...burst, generations, backends, actions }, ...facts })
  const cluster = options.snapshot ?? snapshotOf(replicas, story.brokenFrom === null ? {} : withDead(replicas))
  return { welcome: { ...welcomeOf(cluster, burst), actions }, frames: [frame], files: { [id]: file } }
}

/** As it is after a run in which backend 2 died: it stays listed. */
const withDead = (replicas: number): Partial<ClusterSnapshot> => ({
  backends: Array.from({ length: replicas }, (_, index) => backendOf(index + 1, index === 1 ? 'down' : 'up')),
})

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
