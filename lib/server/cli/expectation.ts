import type { Burst } from '#lib/protocol/model.ts'

const COMPARISONS: Record<string, (value: number, bound: number) => boolean> = {
  '==': (value, bound) => value === bound,
  '!=': (value, bound) => value !== bound,
  '<=': (value, bound) => value <= bound,
  '>=': (value, bound) => value >= bound,
  '<': (value, bound) => value < bound,
  '>': (value, bound) => value > bound,
}

/** What can be expected of a burst, and where it stands in its result. Latencies are those from the actual send, in ms. */
const FIGURES: Record<string, (burst: Burst) => number | null> = {
  sent: (burst) => burst.sent,
  answered: (burst) => burst.answered,
  errors: (burst) => burst.errors,
  failed: (burst) => burst.failed,
  timedOut: (burst) => burst.timedOut,
  cancelled: (burst) => burst.cancelled,
  late: (burst) => burst.late,
  rescued: (burst) => burst.rescued,
  resent: (burst) => burst.resent,
  rps: (burst) => burst.rps,
  deviations: (burst) => burst.deviations,
  lateStarts: (burst) => burst.lateStarts,
  spread: (burst) => burst.fairness?.spread ?? null,
  jain: (burst) => burst.fairness?.jain ?? null,
  backends: (burst) => burst.byBackend.length,
  p50: (burst) => burst.latencyMs.fromSent?.p50 ?? null,
  p90: (burst) => burst.latencyMs.fromSent?.p90 ?? null,
  p95: (burst) => burst.latencyMs.fromSent?.p95 ?? null,
  p99: (burst) => burst.latencyMs.fromSent?.p99 ?? null,
  p999: (burst) => burst.latencyMs.fromSent?.p999 ?? null,
  max: (burst) => burst.latencyMs.fromSent?.max ?? null,
}

export const FIGURE_NAMES = Object.keys(FIGURES)

export type Expectation = { text: string; figure: string; holdsFor: (value: number) => boolean }
export type Verdict = { expect: string; value: number | null; holds: boolean }

/** `failed==0`, `p99 <= 20`. Throws Error that says what can be expected. */
export function parseExpectation(text: string): Expectation {
  const match = /^\s*([A-Za-z0-9]+)\s*(==|!=|<=|>=|<|>)\s*([0-9]+(?:\.[0-9]+)?)\s*$/.exec(text)
  const [, figure = '', comparison = '', bound = ''] = match ?? []
  const compare = COMPARISONS[comparison]
  if (!compare || !FIGURES[figure]) {
    throw new Error(
      `--expect '${text}' is not understood. Write a figure, a comparison and a number, such as 'failed==0' or 'spread<=1'. Figures: ${FIGURE_NAMES.join(', ')}.`,
    )
  }
  return { text: `${figure}${comparison}${bound}`, figure, holdsFor: (value) => compare(value, Number(bound)) }
}

/** A figure that the burst does not have (deviations above concurrency 1, latencies without an answer) holds nothing. */
export function judge(burst: Burst, expectations: Expectation[]): Verdict[] {
  return expectations.map(({ text, figure, holdsFor }) => {
    const value = FIGURES[figure]?.(burst) ?? null
    return { expect: text, value, holds: value !== null && holdsFor(value) }
  })
}
