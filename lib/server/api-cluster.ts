import { createRoute, z } from '@hono/zod-openapi'
import { clusterAnswer, healthAnswer } from '#lib/protocol/answer-schemas.ts'
import { BACKEND_KEY } from '#lib/protocol/limits.ts'
import { followDeathsSchema, scaleSchema } from '#lib/protocol/schemas.ts'
import type { OwnCount } from '#lib/protocol/service-lines.ts'
import type { Api, ApiOptions } from './api.ts'
import { guarded, guardedBody, guardedChange, json, needsToken, problem, waitMs } from './api-answers.ts'
import { problemOf } from './problem-answer.ts'
import { VERSION } from './version.ts'

const waitQuery = z.object({ waitMs: waitMs('0: answer 202 at once').optional() })
const ownCountAnswer = z
  .object({
    backend: z.string().openapi({ example: 'a3f9c1d27e04' }),
    executed: z
      .int()
      .openapi({ description: "Requests that have arrived whole since the backend's start, from whomever" }),
  })
  .openapi('OwnCount') satisfies z.ZodType<OwnCount>
const backendParams = z.object({
  backend: z
    .string()
    .regex(BACKEND_KEY, 'a backend is named by its hostname, like a3f9c1d27e04')
    .openapi({ description: 'The backend, by its hostname', example: 'a3f9c1d27e04' }),
})
const NOT_OURS = problem('This dashboard only watches: another one writes the list')

export function addClusterRoutes(api: Api, { cluster, log }: ApiOptions): void {
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/health',
      operationId: 'getHealth',
      tags: ['health'],
      summary: 'Whether the dashboard works',
      responses: { ...guarded, 200: json(healthAnswer, 'It works') },
    }),
    (context) => {
      const snapshot = cluster.snapshot()
      const status = snapshot.trouble === null ? 'ok' : 'degraded'
      return context.json({ status, version: VERSION, cluster: snapshot.cluster } as const, 200)
    },
  )
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/cluster',
      operationId: 'getCluster',
      tags: ['cluster'],
      summary: 'The cluster as it is now',
      responses: { ...guarded, 200: json(clusterAnswer, 'The snapshot') },
    }),
    (context) => context.json(cluster.snapshot(), 200),
  )
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/backends/{backend}/ledger',
      operationId: 'getLedger',
      tags: ['cluster'],
      summary: 'How many requests one backend has executed, by its own count',
      request: { params: backendParams },
      responses: {
        ...guarded,
        200: json(ownCountAnswer, 'The count'),
        404: problem('No such backend'),
        429: problem('The backend has not answered what it was asked before'),
        504: problem('The backend does not answer: it is down, paused or hangs'),
      },
    }),
    async (context) => {
      const { backend } = context.req.valid('param')
      return context.json({ backend, executed: await cluster.executed(backend) }, 200)
    },
  )
  api.openapi(
    createRoute({
      method: 'patch',
      path: '/api/cluster',
      operationId: 'editCluster',
      tags: ['cluster'],
      summary: 'Whether dead backends are taken out of the list at once',
      security: needsToken,
      request: { body: { required: true, content: { 'application/json': { schema: followDeathsSchema } } } },
      responses: { ...guardedBody, 200: json(clusterAnswer, 'The snapshot'), 409: NOT_OURS },
    }),
    async (context) => context.json(await cluster.followDeaths(context.req.valid('json').followDeaths), 200),
  )
  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/cluster/take-over',
      operationId: 'takeOver',
      tags: ['cluster'],
      summary: "Makes this dashboard the one that writes the front door's list",
      security: needsToken,
      responses: {
        ...guardedChange,
        200: json(clusterAnswer, 'The snapshot'),
        504: problem('Not reached: stage and cause'),
      },
    }),
    async (context) => context.json(await cluster.takeOver(), 200),
  )
  api.openapi(
    createRoute({
      method: 'put',
      path: '/api/cluster/replicas',
      operationId: 'scaleCluster',
      tags: ['cluster'],
      summary: 'Sets how many backends are wanted',
      security: needsToken,
      request: {
        query: waitQuery,
        body: { required: true, content: { 'application/json': { schema: scaleSchema } } },
      },
      responses: {
        ...guardedBody,
        200: json(clusterAnswer, 'Reached: the snapshot'),
        202: json(clusterAnswer, 'Under way: the snapshot of now'),
        409: problem('A newer target took over, or this dashboard only watches'),
        504: problem('Not reached: stage and cause'),
      },
    }),
    async (context) => {
      const { replicas } = context.req.valid('json')
      const { waitMs } = context.req.valid('query')
      const reached = cluster.scale(replicas)
      if (waitMs !== 0) return context.json(await reached, 200)
      reached.catch((error: unknown) => log('scale-failed', { replicas, code: problemOf(error, log).code }))
      return context.json(cluster.snapshot(), 202)
    },
  )
}
