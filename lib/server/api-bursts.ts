import { createRoute, z } from '@hono/zod-openapi'
import { burstAnswer } from '#lib/protocol/answer-schemas.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { burstEditSchema, burstIdSchema, burstRequestSchema } from '#lib/protocol/schemas.ts'
import type { Api, ApiOptions } from './api.ts'
import { json, needsToken, problem } from './api-answers.ts'
import { streamSamples } from './sample-export.ts'

const waitQuery = z.object({
  waitMs: z.coerce.number().int().min(0).max(60_000).default(0).openapi({ type: 'integer' }),
})
const exportQuery = z.object({ format: z.enum(['ndjson', 'csv']).default('ndjson') })
const params = z.object({ id: burstIdSchema })

export function addBurstRoutes(api: Api, { bursts }: ApiOptions): void {
  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/bursts',
      operationId: 'startBurst',
      summary: 'Sends a burst through the front door',
      security: needsToken,
      request: { body: { required: true, content: { 'application/json': { schema: burstRequestSchema } } } },
      responses: {
        202: json(z.object({ id: z.string() }), 'Started; its place is in Location'),
        400: problem('Malformed'),
        401: problem('No token'),
        409: problem('A burst is running'),
        422: problem('Out of bounds'),
      },
    }),
    async (context) => {
      const { id } = bursts.start(context.req.valid('json'))
      context.header('Location', `/api/bursts/${id}`)
      return context.json({ id }, 202)
    },
  )
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/bursts',
      operationId: 'listBursts',
      summary: 'The last 50 bursts, oldest first',
      responses: { 200: json(z.array(burstAnswer), 'The bursts'), 403: problem('Host or origin refused') },
    }),
    (context) => context.json(bursts.list(), 200),
  )
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/bursts/{id}',
      operationId: 'getBurst',
      summary: 'One burst; waitMs waits for its end',
      request: { params, query: waitQuery },
      responses: { 200: json(burstAnswer, 'The burst'), 404: problem('No such burst') },
    }),
    async (context) => {
      const id = context.req.valid('param').id
      const { waitMs } = context.req.valid('query')
      return context.json(await bursts.wait(id, waitMs), 200)
    },
  )
  api.openapi(
    createRoute({
      method: 'patch',
      path: '/api/bursts/{id}',
      operationId: 'editBurst',
      summary: 'Changes rate or concurrency while it runs',
      security: needsToken,
      request: { params, body: { required: true, content: { 'application/json': { schema: burstEditSchema } } } },
      responses: {
        200: json(burstAnswer, 'The burst'),
        401: problem('No token'),
        404: problem('No such burst, or it has ended'),
        422: problem('Out of bounds'),
      },
    }),
    async (context) => {
      const id = context.req.valid('param').id
      return context.json(bursts.edit(id, context.req.valid('json')), 200)
    },
  )
  api.openapi(
    createRoute({
      method: 'delete',
      path: '/api/bursts/{id}',
      operationId: 'cancelBurst',
      summary: 'Cancels it: no request starts after the answer',
      security: needsToken,
      request: { params },
      responses: { 200: json(burstAnswer, 'The burst'), 401: problem('No token'), 404: problem('No such burst') },
    }),
    async (context) => context.json(await bursts.cancel(context.req.valid('param').id), 200),
  )
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/bursts/{id}/samples',
      operationId: 'getSamples',
      summary: 'Every kept sample of the running or the last burst, one a line',
      request: { params, query: exportQuery },
      responses: {
        200: {
          description: 'One sample a line. X-First-Seq says the oldest that is kept.',
          content: { 'application/x-ndjson': { schema: z.string() }, 'text/csv': { schema: z.string() } },
        },
        404: problem('No such burst, or its samples are gone'),
      },
    }),
    (context) => {
      const id = context.req.valid('param').id
      const { format } = context.req.valid('query')
      const run = bursts.run(id)
      if (!run)
        throw new ProblemError('not-found', `The samples of ${id} are gone: those of the last two bursts are kept.`)
      return streamSamples(run, format)
    },
  )
}
