import { createRoute, z } from '@hono/zod-openapi'
import { burstAnswer } from '#lib/protocol/answer-schemas.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { burstEditSchema, burstRequestSchema } from '#lib/protocol/schemas.ts'
import type { Api, ApiOptions } from './api.ts'
import {
  answerOf,
  burstParams,
  guarded,
  guardedBody,
  guardedChange,
  json,
  NO_SUCH_BURST,
  needsToken,
  problem,
  waitMs,
} from './api-answers.ts'
import { inBrief } from './in-brief.ts'
import { streamSamples } from './sample-export.ts'

const waitQuery = z.object({ waitMs: waitMs('How long to wait for its end').default(0) })
const exportQuery = z.object({
  format: z.enum(['ndjson', 'csv']).default('ndjson').openapi({ description: 'Lines of JSON, or a table' }),
})
export function addBurstRoutes(api: Api, { bursts }: ApiOptions): void {
  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/bursts',
      operationId: 'startBurst',
      tags: ['bursts'],
      summary: 'Sends a burst through the front door',
      security: needsToken,
      request: { body: { required: true, content: { 'application/json': { schema: burstRequestSchema } } } },
      responses: {
        ...guardedBody,
        202: {
          ...json(z.object({ id: z.string() }), 'Started'),
          headers: z.object({
            Location: z.string().openapi({ description: 'Where it is found', example: '/api/bursts/b12' }),
          }),
        },
        409: problem('A burst is running: its id is in "burst"'),
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
      tags: ['bursts'],
      summary: 'The last 50 bursts, oldest first, each without its stretches',
      responses: { ...guarded, 200: json(z.array(burstAnswer), 'The bursts') },
    }),
    (context) =>
      context.json(
        bursts.list().map((burst) => answerOf(inBrief(burst))),
        200,
      ),
  )
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/bursts/{id}',
      operationId: 'getBurst',
      tags: ['bursts'],
      summary: 'One burst; waitMs waits for its end',
      request: { params: burstParams, query: waitQuery },
      responses: { ...guarded, 200: json(burstAnswer, 'The burst'), 404: NO_SUCH_BURST, 422: problem('Out of bounds') },
    }),
    async (context) => {
      const id = context.req.valid('param').id
      const { waitMs } = context.req.valid('query')
      return context.json(answerOf(await bursts.wait(id, waitMs)), 200)
    },
  )
  api.openapi(
    createRoute({
      method: 'patch',
      path: '/api/bursts/{id}',
      operationId: 'editBurst',
      tags: ['bursts'],
      summary: 'Changes rate or concurrency while it runs',
      security: needsToken,
      request: {
        params: burstParams,
        body: { required: true, content: { 'application/json': { schema: burstEditSchema } } },
      },
      responses: { ...guardedBody, 200: json(burstAnswer, 'The burst'), 404: NO_SUCH_BURST },
    }),
    async (context) => {
      const id = context.req.valid('param').id
      return context.json(answerOf(bursts.edit(id, context.req.valid('json'))), 200)
    },
  )
  api.openapi(
    createRoute({
      method: 'delete',
      path: '/api/bursts/{id}',
      operationId: 'cancelBurst',
      tags: ['bursts'],
      summary: 'Cancels it: no request starts after the answer',
      security: needsToken,
      request: { params: burstParams },
      responses: { ...guardedChange, 200: json(burstAnswer, 'The burst'), 404: NO_SUCH_BURST },
    }),
    async (context) => context.json(answerOf(await bursts.cancel(context.req.valid('param').id)), 200),
  )
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/bursts/{id}/samples',
      operationId: 'getSamples',
      tags: ['bursts'],
      summary: 'Every sample of a burst that is still kept, one a line',
      request: { params: burstParams, query: exportQuery },
      responses: {
        ...guarded,
        200: {
          description: 'One sample a line',
          headers: z.object({
            'X-First-Seq': z.string().openapi({ description: 'The oldest sample that is kept', example: '0' }),
          }),
          content: { 'application/x-ndjson': { schema: z.string() }, 'text/csv': { schema: z.string() } },
        },
        404: NO_SUCH_BURST,
        429: problem('Too many downloads at one time'),
      },
    }),
    (context) => {
      const run = bursts.run(context.req.valid('param').id)
      const { fromSeq, toSeq } = run.keptSamples()
      if (fromSeq === toSeq && toSeq > 0)
        throw new ProblemError(
          'not-found',
          `The ${toSeq} samples of ${run.id} are gone: those of newer bursts took their place. GET /api/runs says what is kept.`,
        )
      return streamSamples(run.samples, context.req.valid('query').format)
    },
  )
}
