import { type Detail, encodeFrame, type Frame } from '#lib/protocol/frame.ts'
import { type Burst, type BurstRequest, NO_TOTALS, type Totals } from '#lib/protocol/model.ts'
import { NO_ROUTE, packOutcome, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'

/**
 * A burst that nobody sent: `requests` answered in turn by `backends`, `perSecond` of them a second; with `isOutage` none is
 * answered, as nginx tells it when every backend is dead.
 */
export type BurstScript = {
  number: number
  backends: string[]
  requests: number
  perSecond: number
  isOutage?: boolean
}

const ANSWERED = packOutcome(200, 'answered', 'none', false)
const FAILED = packOutcome(502, 'failed', 'no-backend', true)
const GENERATION = 'a1b2c3-4'
/** Every so often nginx tries a dead backend, and the next one; else it answers by itself. */
const TRIED_EVERY = 50

const totalsAt = ({ requests, isOutage }: BurstScript, ended: number): Totals => {
  const inFlight = ended < requests ? 1 : 0
  const counts = isOutage ? { failed: ended } : { answered: ended }
  return { ...NO_TOTALS, sent: ended + inFlight, inFlight, ...counts }
}

const answeredBy = ({ backends, isOutage }: BurstScript, place: number, ended: number): number =>
  isOutage ? 0 : Math.floor((ended - place + backends.length - 1) / backends.length)

/** The server's summary after `ended` of them. */
export function summaryAt(script: BurstScript, startedAtMs: number, ended: number): Burst {
  const { number, backends, requests, perSecond, isOutage } = script
  const isOver = ended === requests
  const latency = { p50: 1.2, p90: 1.7, p95: 1.8, p99: 2.4, p999: 3.1, max: 3.4 }
  const request: BurstRequest = {
    ...{ requests, ratePerSecond: perSecond, concurrency: 64, method: 'GET', path: '/', headers: {} },
    ...{ keepAlive: true, timeoutMs: 10_000 },
  }
  return {
    ...totalsAt(script, ended),
    ...{ id: `b${number}`, status: isOver ? 'finished' : 'running', failure: null, request },
    ...{ byStatus: { [isOutage ? 502 : 200]: ended }, rps: isOutage ? 0 : perSecond, lateStarts: 0 },
    latencyMs: { fromSent: latency, fromIntended: latency },
    byBackend: backends.map((backend, place) => {
      const own = answeredBy(script, place, ended)
      const share = { share: own / Math.max(1, ended), expectedShare: 1 / backends.length }
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
  peers: [...backends, null].map((backend, index) => ({
    ...{ index, backend, address: backend === null ? 'backends' : `127.0.0.1:${9_000 + index}` },
  })),
  ...{ generations: [], backends: [] },
})

/** What nginx said of a request that failed: the two backends that it tried, or that it had none to try. */
function detailOf({ backends }: BurstScript, seq: number): Detail {
  const place = seq % backends.length
  const tried = seq % TRIED_EVERY === 0 ? [place, (place + 1) % backends.length] : [backends.length]
  return { seq, resent: false, attempts: tried.map((peer) => ({ peer, status: 502, us: 300 })) }
}

/** The frame with the samples [from, to), as the server would encode it. */
export function frameAt(script: BurstScript, from: number, to: number): Uint8Array {
  const samples = new Uint32Array((to - from) * SAMPLE_WORDS)
  const details: Detail[] = []
  for (let seq = from; seq < to; seq++) {
    const sentUs = Math.round((seq / script.perSecond) * 1e6)
    const latencyUs = 800 + ((seq * 7_919) % 1_900)
    const [route, word] = script.isOutage ? [NO_ROUTE, FAILED] : [seq % script.backends.length, ANSWERED]
    samples.set([sentUs, latencyUs, 0, route, seq, word], (seq - from) * SAMPLE_WORDS)
    if (script.isOutage) details.push(detailOf(script, seq))
  }
  return encodeFrame({
    ...{ burst: script.number, firstSeq: from, gap: false, samples, details },
    elapsedUs: Math.round((to / script.perSecond) * 1e6),
    totals: totalsAt(script, to),
    tables: from === 0 ? tablesOf(script) : null,
  })
}
