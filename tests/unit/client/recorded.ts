import { RunView } from '#lib/client/run-view.ts'
import { type Configuration, DEFAULT_POLICY, DEFAULT_SETTINGS } from '#lib/protocol/configuration.ts'
import { type Detail, decodeFrame, encodeFrame, type Tables } from '#lib/protocol/frame.ts'
import type { Burst, Outcome, Reason, Totals } from '#lib/protocol/model.ts'
import { NO_TOTALS } from '#lib/protocol/model.ts'
import type { Run } from '#lib/protocol/run.ts'
import type { RunFile } from '#lib/protocol/run-file.ts'
import { NO_ROUTE, packOutcome, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'

/** Backends of the tests, by number. */
export const KEYS = ['a3f9c1d27e04', '7be04d9910ac', 'c0de11b7f352'] as const
export const [A, B, C] = KEYS

export const TABLES: Tables = {
  routes: KEYS.map((backend, index) => ({ index, backend, generation: 'h-1' })),
  peers: [
    ...KEYS.map((backend, index) => ({ index, address: `127.0.0.1:${9000 + index}`, backend })),
    { index: KEYS.length, address: 'backends', backend: null },
  ],
  generations: [],
  backends: KEYS.map((backend, index) => ({
    ...{ backend, number: index + 1, name: backend, address: `127.0.0.1:${9000 + index}`, node: null },
  })),
}

export type Recorded = {
  /** Index into KEYS; null: nobody answered. */
  by: number | null
  sentUs: number
  latencyUs?: number
  waitUs?: number
  status?: number
  outcome?: Outcome
  reason?: Reason
  /** Every place was taken when it was due. */
  isLate?: boolean
  /** Indices into TABLES.peers that were tried before. */
  tried?: number[]
}

const outcomeWordOf = (sample: Recorded): number =>
  packOutcome(
    sample.status ?? (sample.by === null ? 502 : 200),
    sample.outcome ?? (sample.by === null ? 'failed' : 'answered'),
    sample.reason ?? (sample.by === null ? 'no-backend' : 'none'),
    sample.tried !== undefined,
    sample.isLate,
  )

export const totalsAfter = (samples: readonly Recorded[], inFlight = 0): Totals => {
  const count = (outcome: Outcome) =>
    samples.filter((sample) => (sample.outcome ?? (sample.by === null ? 'failed' : 'answered')) === outcome).length
  return {
    ...NO_TOTALS,
    sent: samples.length + inFlight,
    inFlight,
    answered: count('answered'),
    failed: count('failed'),
    timedOut: count('timedOut'),
    cancelled: count('cancelled'),
    errors: samples.filter((sample) => sample.by !== null && (sample.status ?? 200) >= 500).length,
    rescued: samples.filter((sample) => sample.by !== null && (sample.tried?.length ?? 0) > 0).length,
  }
}

/** The frame that carries samples [from, to) of a recorded burst, as the server would send it. */
export function frameOf(samples: readonly Recorded[], from: number, to: number, burst = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array((to - from) * SAMPLE_WORDS)
  const details: Detail[] = []
  for (let seq = from; seq < to; seq++) {
    const sample = samples[seq]
    if (!sample) throw new RangeError(`No sample ${seq} was recorded`)
    words.set(
      [sample.sentUs, sample.latencyUs ?? 1000, sample.waitUs ?? 0, sample.by ?? NO_ROUTE, seq, outcomeWordOf(sample)],
      (seq - from) * SAMPLE_WORDS,
    )
    if (!sample.tried) continue
    const tried = sample.by === null ? sample.tried : [...sample.tried, sample.by]
    details.push({
      seq,
      resent: false,
      attempts: tried.map((peer, index) => ({
        peer,
        status: sample.by !== null && index === tried.length - 1 ? 200 : 502,
        us: 500,
      })),
    })
  }
  const last = samples[to - 1]
  return encodeFrame({
    burst,
    firstSeq: from,
    gap: false,
    elapsedUs: last ? last.sentUs + (last.latencyUs ?? 1000) : 0,
    totals: totalsAfter(samples.slice(0, to)),
    samples: words,
    tables: TABLES,
    details,
  })
}

/** n requests in turn over the first `backends` of KEYS, `everyUs` apart. */
export const inTurn = (n: number, backends = 2, everyUs = 10_000): Recorded[] =>
  Array.from({ length: n }, (_, index) => ({ by: index % backends, sentUs: index * everyUs }))

/** The server's summary when `samples` have ended. */
export function burstOf(samples: readonly Recorded[], over: Partial<Burst> = {}): Burst {
  const totals = totalsAfter(samples)
  const answeredBy = (index: number) => samples.filter((sample) => sample.by === index)
  return {
    id: 'b1',
    boot: 'first-boot',
    status: 'running',
    failure: null,
    request: {
      requests: 20,
      concurrency: 1,
      method: 'GET',
      path: '/',
      headers: {},
      keepAlive: true,
      timeoutMs: 10_000,
    },
    ...totals,
    byStatus: {},
    rps: 0,
    latencyMs: { fromSent: null, fromIntended: null },
    lateStarts: null,
    byBackend: KEYS.flatMap((backend, index) => {
      const answered = answeredBy(index)
      if (answered.length === 0) return []
      return [
        {
          backend,
          answered: answered.length,
          errors: answered.filter((sample) => (sample.status ?? 200) >= 500).length,
          rescuedFrom: samples.filter(({ by, tried }) => by !== null && by !== index && tried?.includes(index)).length,
          share: answered.length / Math.max(1, totals.answered),
          expectedShare: null,
          latencyMs: null,
        },
      ]
    }),
    fairness: null,
    deviations: null,
    ...{ stretches: [], stretchesLeftOut: 0, failovers: [] },
    verdict: { tone: 'plain', sentence: '', note: '', showFailures: false },
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: null,
    ...over,
  }
}

const CONFIGURATION: Configuration = {
  policy: DEFAULT_POLICY,
  servers: KEYS.map((backend, index) => ({
    ...{ backend, address: `127.0.0.1:${9000 + index}`, state: 'in' as const },
    ...DEFAULT_SETTINGS,
  })),
}

/** What the server gives for a run of these samples, of which it still keeps those from `firstSeq` on. */
export function fileOf(samples: readonly Recorded[], over: Partial<Run> = {}, firstSeq = 0): RunFile {
  const { samples: words, details } = decodeFrame(frameOf(samples, firstSeq, samples.length))
  const last = samples.at(-1)
  const endMs = last ? (last.sentUs + (last.latencyUs ?? 1000)) / 1000 : 0
  const burst = burstOf(samples, { status: 'finished' })
  const run: Run = {
    ...{ ...burst, finishedAt: new Date(Date.parse(burst.startedAt) + Math.ceil(endMs)).toISOString() },
    generations: [{ generation: 'h-1', configuration: CONFIGURATION }],
    ...{ backends: TABLES.backends, actions: [] },
    ...over,
  }
  return { run, firstSeq, samples: words, routes: TABLES.routes, peers: TABLES.peers, details }
}

/** Three backends in turn, with a failure, rescues and errors among them. */
export const mixed: Recorded[] = Array.from({ length: 60 }, (_, index): Recorded => {
  const sentUs = index * 10_000
  if (index === 20) return { by: null, sentUs, tried: [0, 1, 2] }
  if (index % 15 === 7) return { by: 0, sentUs, tried: [1] }
  if (index % 20 === 11) return { by: 2, sentUs, status: 503 }
  return { by: index % 3, sentUs }
})

/** A view whose clock is the test's. */
export function openView() {
  let nowMs = 0
  const view = new RunView({ source: 'live', now: () => nowMs })
  return {
    view,
    hear: view.hear.bind(view),
    frame: (samples: readonly Recorded[], from: number, to: number, burst = 1) =>
      view.take(decodeFrame(frameOf(samples, from, to, burst))),
    shown: () => view.shown(),
    live: () => view.shown().live,
    wait: (ms: number) => {
      nowMs += ms
    },
  }
}

export type OpenView = ReturnType<typeof openView>
