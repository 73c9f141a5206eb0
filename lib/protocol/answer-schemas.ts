import { z } from '@hono/zod-openapi'
import { ALGORITHMS, type Configuration } from './configuration.ts'
import type { Action, Backend, Burst, ClusterSnapshot } from './model.ts'
import type { Run } from './run.ts'
import { BACKEND_FAULT_KINDS } from './service-lines.ts'

/** What the HTTP API answers, for its OpenAPI document. The types in model.ts are the source: each schema is held to one. */
const quantiles = z
  .object({ p50: z.number(), p90: z.number(), p95: z.number(), p99: z.number(), p999: z.number(), max: z.number() })
  .openapi('Quantiles')

const backend = z
  .object({
    backend: z.string().openapi({ example: 'a3f9c1d27e04' }),
    number: z.int(),
    address: z.string().nullable(),
    wanted: z.enum(['up', 'draining', 'down']),
    status: z.enum(['starting', 'up', 'draining', 'paused', 'down']),
    listed: z.boolean(),
    weight: z.number(),
    ejectedUntil: z.string().nullable(),
  })
  .openapi('Backend') satisfies z.ZodType<Backend>

export const clusterAnswer = z
  .object({
    cluster: z.enum(['embedded', 'docker', 'swarm']),
    project: z.string().nullable(),
    reason: z.string(),
    howToSwitch: z.string(),
    can: z.object({
      scale: z.boolean(),
      membership: z.boolean(),
      weights: z.boolean(),
      faults: z.array(z.enum(BACKEND_FAULT_KINDS)),
    }),
    frontDoor: z.object({
      url: z.string(),
      kind: z.enum(['nginx', 'built-in']),
      version: z.string(),
      algorithm: z.enum(ALGORITHMS),
      status: z.enum(['starting', 'up', 'down']),
      generation: z.string().nullable(),
    }),
    replicas: z.int(),
    scaling: z.boolean(),
    followDeaths: z.boolean(),
    trouble: z
      .object({
        code: z.enum(['engine-gone', 'read-only', 'front-door-down']),
        detail: z.string(),
        since: z.string(),
      })
      .nullable(),
    backends: z.array(backend),
  })
  .openapi('Cluster') satisfies z.ZodType<ClusterSnapshot>

const burstRequest = z.object({
  requests: z.int().optional(),
  durationMs: z.int().optional(),
  concurrency: z.int(),
  ratePerSecond: z.number().optional(),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
  keepAlive: z.boolean(),
  timeoutMs: z.int(),
  seed: z.int().optional(),
})

const burst = z.object({
  id: z.string().openapi({ example: 'b12' }),
  boot: z.string(),
  status: z.enum(['running', 'finished', 'cancelled', 'failed']),
  failure: z.string().nullable(),
  request: burstRequest,
  sent: z.int(),
  inFlight: z.int(),
  answered: z.int(),
  errors: z.int().openapi({ description: 'Answered with status 500 or more: a part of answered' }),
  failed: z.int().openapi({ description: 'No complete answer of a backend' }),
  timedOut: z.int().openapi({ description: 'No answer within timeoutMs' }),
  cancelled: z.int(),
  late: z.int(),
  rescued: z.int(),
  resent: z.int(),
  byStatus: z.record(z.string(), z.int()),
  rps: z.number(),
  latencyMs: z.object({ fromSent: quantiles.nullable(), fromIntended: quantiles.nullable() }),
  lateStarts: z.number().nullable(),
  byBackend: z.array(
    z.object({
      backend: z.string(),
      answered: z.int(),
      errors: z.int(),
      rescuedFrom: z.int(),
      share: z.number(),
      expectedShare: z.number().nullable(),
      latencyMs: quantiles.nullable(),
    }),
  ),
  fairness: z.object({ spread: z.number(), jain: z.number() }).nullable(),
  deviations: z.int().nullable(),
  stretches: z.array(
    z.object({
      generation: z.string().nullable(),
      fromSeq: z.int(),
      toSeq: z.int(),
      fromUs: z.int(),
      toUs: z.int(),
      answered: z.int(),
      byBackend: z.array(z.object({ backend: z.string(), answered: z.int(), expected: z.number().nullable() })),
      spread: z.number().nullable(),
      jain: z.number().nullable(),
      deviations: z.int().nullable(),
    }),
  ),
  stretchesLeftOut: z.int(),
  failovers: z.array(z.object({ backend: z.string(), noticedUs: z.int(), others: z.array(z.int()).nullable() })),
  verdict: z.object({
    tone: z.enum(['good', 'bad', 'plain']),
    sentence: z.string(),
    note: z.string(),
    showFailures: z.boolean(),
  }),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
}) satisfies z.ZodType<Burst>

/** What "failed" means where no part is named. */
const inAll = { failedInAll: z.int().openapi({ description: 'failed + timedOut + errors' }) }
export const burstAnswer = burst.extend(inAll).openapi('Burst')

const configuration = z
  .object({
    policy: z.object({
      algorithm: z.enum(ALGORITHMS),
      maxFails: z.number(),
      failTimeoutMs: z.number(),
      connectTimeoutMs: z.number(),
      readTimeoutMs: z.number(),
      nextUpstreamTries: z.number(),
      nextUpstreamTimeoutMs: z.number(),
    }),
    servers: z.array(
      z.object({
        backend: z.string(),
        address: z.string(),
        state: z.enum(['in', 'draining', 'down']),
        weight: z.number(),
        maxConns: z.number(),
        backup: z.boolean(),
      }),
    ),
  })
  .openapi('Configuration') satisfies z.ZodType<Configuration>

const action = z
  .object({
    id: z.int(),
    at: z.string(),
    kind: z.enum(['scaled', 'joined', 'left', 'down', 'back', 'paused', 'front-door', 'engine', 'burst']),
    label: z.string(),
    backend: z.string().nullable(),
    number: z.int().nullable(),
    burst: z.object({ id: z.string(), sinceUs: z.int() }).nullable(),
  })
  .openapi('Action') satisfies z.ZodType<Action>

const run = burst.extend({
  generations: z.array(z.object({ generation: z.string(), configuration })),
  backends: z.array(
    z.object({
      backend: z.string(),
      number: z.int(),
      name: z.string(),
      address: z.string().nullable(),
      node: z.string().nullable(),
      wasDown: z.boolean().optional(),
    }),
  ),
  actions: z.array(action),
}) satisfies z.ZodType<Run>

/** Which samples are still there: [fromSeq, toSeq). */
const kept = { kept: z.object({ fromSeq: z.int(), toSeq: z.int() }) }
export const listedRunAnswer = burst.extend({ ...inAll, ...kept }).openapi('ListedRun')
export const runAnswer = run.extend({ ...inAll, ...kept }).openapi('Run')

export const healthAnswer = z
  .object({
    status: z.enum(['ok', 'degraded']),
    version: z.string(),
    cluster: z.enum(['embedded', 'docker', 'swarm']),
  })
  .openapi('Health')

export const problemAnswer = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    field: z.string().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    got: z.unknown().optional(),
    burst: z.string().optional(),
    replicas: z.int().optional(),
    stage: z.string().optional(),
    cause: z.string().optional(),
  })
  .openapi('Problem')
