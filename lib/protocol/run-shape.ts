import { ALGORITHMS, type Configuration, type ConfiguredServer, type Policy } from './configuration.ts'
import type { Peer, Route } from './frame.ts'
import type { Failover, Stretch, Verdict } from './judgement.ts'
import type { Action, BackendShare, Burst, BurstRequest, Quantiles, Totals } from './model.ts'
import type { Run, RunBackend, RunGeneration } from './run.ts'
import {
  type Is,
  isFlag,
  isNumber,
  isText,
  isTime,
  isWhole,
  listOf,
  matches,
  oneOf,
  orAbsent,
  orNull,
  recordOf,
  shapeOf,
} from './shape.ts'

/** A hostname, or what stands for one: never a word that an object has by itself. */
const isBackend: Is = (value) => matches(/^\w[\w.-]{0,63}$/)(value) && !((value as string) in {})

const totals: { readonly [Key in keyof Totals]: Is } = {
  sent: isWhole,
  inFlight: isWhole,
  answered: isWhole,
  errors: isWhole,
  failed: isWhole,
  timedOut: isWhole,
  cancelled: isWhole,
  late: isWhole,
  rescued: isWhole,
  resent: isWhole,
}

const quantiles = orNull(
  shapeOf<Quantiles>({ p50: isNumber, p90: isNumber, p95: isNumber, p99: isNumber, p999: isNumber, max: isNumber }),
)

const request = shapeOf<BurstRequest>({
  requests: orAbsent(isWhole),
  durationMs: orAbsent(isWhole),
  concurrency: isWhole,
  ratePerSecond: orAbsent(isNumber),
  method: oneOf('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'),
  path: isText,
  headers: recordOf(isText),
  body: orAbsent(isText),
  keepAlive: isFlag,
  timeoutMs: isWhole,
  seed: orAbsent(isNumber),
})

const share = shapeOf<BackendShare>({
  backend: isBackend,
  answered: isWhole,
  errors: isWhole,
  rescuedFrom: isWhole,
  share: isNumber,
  expectedShare: orNull(isNumber),
  latencyMs: quantiles,
})

const stretch = shapeOf<Stretch>({
  generation: orNull(isText),
  fromSeq: isWhole,
  toSeq: isWhole,
  fromUs: isNumber,
  toUs: isNumber,
  answered: isWhole,
  byBackend: listOf(
    shapeOf<Stretch['byBackend'][number]>({ backend: isBackend, answered: isWhole, expected: orNull(isNumber) }),
  ),
  spread: orNull(isNumber),
  jain: orNull(isNumber),
  deviations: orNull(isWhole),
})

const configuration = shapeOf<Configuration>({
  policy: shapeOf<Policy>({
    algorithm: oneOf(...ALGORITHMS),
    maxFails: isNumber,
    failTimeoutMs: isNumber,
    connectTimeoutMs: isNumber,
    readTimeoutMs: isNumber,
    nextUpstreamTries: isNumber,
    nextUpstreamTimeoutMs: isNumber,
  }),
  servers: listOf(
    shapeOf<ConfiguredServer>({
      backend: isBackend,
      address: isText,
      state: oneOf('in', 'draining', 'down'),
      weight: isNumber,
      maxConns: isNumber,
      backup: isFlag,
    }),
  ),
})

const action = shapeOf<Action>({
  id: isWhole,
  at: isTime,
  kind: oneOf('scaled', 'joined', 'left', 'down', 'back', 'paused', 'front-door', 'engine', 'burst'),
  label: isText,
  backend: orNull(isBackend),
  number: orNull(isWhole),
  burst: orNull(shapeOf<NonNullable<Action['burst']>>({ id: isText, sinceUs: isNumber })),
})

const burst: { readonly [Key in keyof Burst]: Is } = {
  ...totals,
  // Frames carry its number.
  id: matches(/^b\d{1,9}$/),
  boot: isText,
  status: oneOf('running', 'finished', 'cancelled', 'failed'),
  failure: orNull(isText),
  request,
  byStatus: recordOf(isWhole),
  rps: isNumber,
  latencyMs: shapeOf<Burst['latencyMs']>({ fromSent: quantiles, fromIntended: quantiles }),
  lateStarts: orNull(isNumber),
  byBackend: listOf(share),
  fairness: orNull(shapeOf<NonNullable<Burst['fairness']>>({ spread: isNumber, jain: isNumber })),
  deviations: orNull(isWhole),
  stretches: listOf(stretch),
  stretchesLeftOut: isWhole,
  failovers: listOf(shapeOf<Failover>({ backend: isBackend, noticedUs: isNumber, others: orNull(listOf(isWhole)) })),
  verdict: shapeOf<Verdict>({
    tone: oneOf('good', 'bad', 'plain'),
    sentence: isText,
    note: isText,
    showFailures: isFlag,
  }),
  startedAt: isTime,
  finishedAt: orNull(isTime),
}

export const isRun: Is = shapeOf<Run>({
  ...burst,
  generations: listOf(shapeOf<RunGeneration>({ generation: isText, configuration })),
  backends: listOf(
    shapeOf<RunBackend>({
      backend: isBackend,
      number: isWhole,
      name: isText,
      address: orNull(isText),
      node: orNull(isText),
      wasDown: orAbsent(isFlag),
    }),
  ),
  actions: listOf(action),
})

export const isRoute: Is = shapeOf<Route>({ index: isWhole, backend: orNull(isBackend), generation: orNull(isText) })
export const isPeer: Is = shapeOf<Peer>({ index: isWhole, address: isText, backend: orNull(isBackend) })
