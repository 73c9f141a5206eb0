import { createRoute, z } from '@hono/zod-openapi'
import { clusterAnswer, healthAnswer } from '#lib/protocol/answer-schemas.ts'
import { followDeathsSchema, scaleSchema } from '#lib/protocol/schemas.ts'
import type { Api, ApiOptions } from './api.ts'
import { json, needsToken, problem } from './api-answers.ts'
import { problemOf } from './problem-answer.ts'
import { VERSION } from './version.ts'

const waitQuery = z.object({
  waitMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(60_000)
    .optional()
    .openapi({ description: '0: answer 202 at once', type: 'integer' }),
})

export function addClusterRoutes(api: Api, { cluster, log }: ApiOptions): void {
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/health',
      operationId: 'getHealth',
      summary: 'Whether the dashboard works',
      responses: { 200: json(healthAnswer, 'It works'), 503: problem('It is starting') },
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
      summary: 'The cluster as it is now',
      responses: { 200: json(clusterAnswer, 'The snapshot'), 403: problem('Host or origin refused') },
    }),
    (context) => context.json(cluster.snapshot(), 200),
  )
  api.openapi(
    createRoute({
      method: 'patch',
      path: '/api/cluster',
      operationId: 'editCluster',
      summary: 'Whether dead backends are taken out of the list at once',
      security: needsToken,
      request: { body: { required: true, content: { 'application/json': { schema: followDeathsSchema } } } },
      responses: { 200: json(clusterAnswer, 'The snapshot'), 400: problem('Malformed'), 401: problem('No token') },
    }),
    async (context) => context.json(await cluster.followDeaths(context.req.valid('json').followDeaths), 200),
  )
  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/cluster/take-over',
      operationId: 'takeOver',
      summary: "Makes this dashboard the one that writes the front door's list",
      security: needsToken,
      responses: { 200: json(clusterAnswer, 'The snapshot'), 401: problem('No token') },
    }),
    async (context) => context.json(await cluster.takeOver(), 200),
  )
  api.openapi(
    createRoute({
      method: 'put',
      path: '/api/cluster/replicas',
      operationId: 'scaleCluster',
      summary: 'Sets how many backends are wanted',
      security: needsToken,
      request: {
        query: waitQuery,
        body: { required: true, content: { 'application/json': { schema: scaleSchema } } },
      },
      responses: {
        200: json(clusterAnswer, 'Reached: the snapshot'),
        202: json(clusterAnswer, 'Under way: the snapshot of now'),
        401: problem('No token'),
        409: problem('A newer target took over, or this dashboard only watches'),
        422: problem('Out of bounds'),
        503: problem('The engine does not answer'),
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
