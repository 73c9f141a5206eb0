import { encodeFrame, type Frame } from '#lib/protocol/frame.ts'
import { type Burst, type BurstRequest, NO_TOTALS, type Totals } from '#lib/protocol/model.ts'
import { packOutcome, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'

/** A burst that nobody sent: `requests` answered in turn by `backends`, `perSecond` of them a second. */
export type BurstScript = { number: number; backends: string[]; requests: number; perSecond: number }

const ANSWERED = packOutcome(200, 'answered', 'none', false)
const GENERATION = 'a1b2c3-4'

export const totalsAt = ({ requests }: BurstScript, answered: number): Totals => {
  const inFlight = answered < requests ? 1 : 0
  return { ...NO_TOTALS, sent: answered + inFlight, inFlight, answered }
}

const answeredBy = ({ backends }: BurstScript, place: number, answered: number): number =>
  Math.floor((answered - place + backends.length - 1) / backends.length)

/** The server's summary after `answered` of them. */
export function summaryAt(script: BurstScript, startedAtMs: number, answered: number): Burst {
  const { number, backends, requests, perSecond } = script
  const isOver = answered === requests
  const latency = { p50: 1.2, p90: 1.7, p95: 1.8, p99: 2.4, p999: 3.1, max: 3.4 }
  const request: BurstRequest = {
    ...{ requests, ratePerSecond: perSecond, concurrency: 64, method: 'GET', path: '/', headers: {} },
    ...{ keepAlive: true, timeoutMs: 10_000 },
  }
  return {
    ...totalsAt(script, answered),
    ...{ id: `b${number}`, status: isOver ? 'finished' : 'running', failure: null, request },
    ...{ byStatus: { 200: answered }, rps: perSecond, lateStarts: 0 },
    latencyMs: { fromSent: latency, fromIntended: latency },
    byBackend: backends.map((backend, place) => {
      const own = answeredBy(script, place, answered)
      const share = { share: own / Math.max(1, answered), expectedShare: 1 / backends.length }
      return { backend, answered: own, errors: 0, rescuedFrom: 0, ...share, latencyMs: latency }
    }),
    ...{ fairness: { spread: 0, jain: 1 }, deviations: null, stretches: [], stretchesLeftOut: 0, failovers: [] },
    ...{ boot: 'bench', verdict: { tone: 'plain', sentence: '', note: '', showFailures: false } },
    startedAt: new Date(startedAtMs).toISOString(),
    finishedAt: isOver ? new Date(startedAtMs + (requests / perSecond) * 1_000).toISOString() : null,
  }
}

const tablesOf = ({ backends }: BurstScript): Frame['tables'] => ({
  routes: backends.map((backend, index) => ({ index, backend, generation: GENERATION })),
  ...{ peers: [], generations: [], backends: [] },
})

/** The frame with the samples [from, to), as the server would encode it. */
export function frameAt(script: BurstScript, from: number, to: number): Uint8Array {
  const samples = new Uint32Array((to - from) * SAMPLE_WORDS)
  for (let seq = from; seq < to; seq++) {
    const sentUs = Math.round((seq / script.perSecond) * 1e6)
    const latencyUs = 800 + ((seq * 7_919) % 1_900)
    samples.set([sentUs, latencyUs, 0, seq % script.backends.length, seq, ANSWERED], (seq - from) * SAMPLE_WORDS)
  }
  return encodeFrame({
    ...{ burst: script.number, firstSeq: from, gap: false, samples, details: [] },
    elapsedUs: Math.round((to / script.perSecond) * 1e6),
    totals: totalsAt(script, to),
    tables: from === 0 ? tablesOf(script) : null,
  })
}
