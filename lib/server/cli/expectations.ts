import { type Burst, failedInAll, type Quantiles } from '#lib/protocol/model.ts'

const COMPARISONS: Record<string, (value: number, bound: number) => boolean> = {
  '==': (value, bound) => value === bound,
  '!=': (value, bound) => value !== bound,
  '<=': (value, bound) => value <= bound,
  '>=': (value, bound) => value >= bound,
  '<': (value, bound) => value < bound,
  '>': (value, bound) => value > bound,
}

type Figure = {
  of: (burst: Burst) => number | null
  /** Why a burst may be without it, as an end of a sentence. */
  without?: string
}

const NO_ANSWER = 'no request was answered'
const UNKNOWN_MEMBERS = 'nothing was answered, or by configurations that are not known'

const latencies = (suffix: string, from: (burst: Burst) => Quantiles | null): Record<string, Figure> =>
  Object.fromEntries(
    (['p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const).map((name) => [
      `${name}${suffix}`,
      { of: (burst: Burst) => from(burst)?.[name] ?? null, without: NO_ANSWER },
    ]),
  )

/** What can be expected of a burst, and where it stands in its result. Latencies in ms. */
const FIGURES: Record<string, Figure> = {
  sent: { of: (burst) => burst.sent },
  answered: { of: (burst) => burst.answered },
  failed: { of: failedInAll },
  noAnswer: { of: (burst) => burst.failed },
  timedOut: { of: (burst) => burst.timedOut },
  errors: { of: (burst) => burst.errors },
  cancelled: { of: (burst) => burst.cancelled },
  late: { of: (burst) => burst.late },
  rescued: { of: (burst) => burst.rescued },
  resent: { of: (burst) => burst.resent },
  rps: { of: (burst) => burst.rps },
  backends: { of: (burst) => burst.byBackend.length },
  deviations: {
    of: (burst) => burst.deviations,
    without: 'turns are judged with one request in flight and known configurations only',
  },
  spread: { of: (burst) => burst.fairness?.spread ?? null, without: UNKNOWN_MEMBERS },
  jain: { of: (burst) => burst.fairness?.jain ?? null, without: UNKNOWN_MEMBERS },
  lateStarts: { of: (burst) => burst.lateStarts, without: 'requests are late only with --rate, and none was sent' },
  ...latencies('', (burst) => burst.latencyMs.fromSent),
  ...latencies('FromDue', (burst) => burst.latencyMs.fromIntended),
}

const FIGURE_NAMES = Object.keys(FIGURES)

export const FIGURES_HELP = `      failed          in all: noAnswer + timedOut + errors
        noAnswer        no complete answer of a backend
        timedOut        no answer within --timeout
        errors          answered with status 500 or more
      sent, answered, cancelled
      late            answered after they had timed out
      rescued         answered although an attempt failed
      resent          sent a second time on a new connection
      rps             answered per second
      backends        how many answered or were due to
      spread, jain    how evenly: difference in requests, Jain's index
      deviations      departures from strict rotation (--concurrency 1)
      lateStarts      share that waited for a free place, 0 to 1 (--rate)
      p50 p90 p95 p99 p999 max    latency in ms, from when a request was sent
      p50FromDue … maxFromDue     the same, from when it was due (--rate)`

export type Expectation = { text: string; figure: string; holdsFor: (value: number) => boolean }
/** `why`: what is wrong, as in "was 31"; null when it holds. */
type Checked = { expect: string; value: number | null; holds: boolean; why: string | null }

/** `failed==0`, `p99 <= 20`. Throws Error that says what can be expected. */
export function parseExpectation(text: string): Expectation {
  const match = /^\s*([A-Za-z0-9]+)\s*(==|!=|<=|>=|<|>)\s*([0-9]+(?:\.[0-9]+)?)\s*$/.exec(text)
  const [, figure = '', comparison = '', bound = ''] = match ?? []
  const compare = COMPARISONS[comparison]
  if (match && !Object.hasOwn(FIGURES, figure))
    throw new Error(`--expect '${text}': there is no figure "${figure}". Figures: ${FIGURE_NAMES.join(', ')}.`)
  if (!compare) {
    throw new Error(
      `--expect '${text}' is not understood. Write a figure, a comparison and a number, such as 'failed==0' or 'spread<=1'. Figures: ${FIGURE_NAMES.join(', ')}.`,
    )
  }
  return { text: `${figure}${comparison}${bound}`, figure, holdsFor: (value) => compare(value, Number(bound)) }
}

/** An expectation on a figure that the burst does not have (a latency without an answer) does not hold. */
export function checkExpectations(burst: Burst, expectations: Expectation[]): Checked[] {
  return expectations.map(({ text, figure, holdsFor }) => {
    const { of, without } = FIGURES[figure] ?? { of: () => null }
    const value = of(burst)
    const holds = value !== null && holdsFor(value)
    const why = value === null ? `not available: ${without ?? 'there is no such figure'}` : `was ${value}`
    return { expect: text, value, holds, why: holds ? null : why }
  })
}
