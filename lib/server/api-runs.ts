import { createRoute, z } from '@hono/zod-openapi'
import { listedRunAnswer, runAnswer } from '#lib/protocol/answer-schemas.ts'
import type { Api, ApiOptions } from './api.ts'
import { answerOf, burstParams, guarded, json, NO_SUCH_BURST, problem } from './api-answers.ts'
import { streamRunFile } from './run-export.ts'

const formatQuery = z.object({
  format: z
    .enum(['json', 'file'])
    .default('json')
    .openapi({ description: 'JSON without samples, or one file with the kept samples, which the page opens' }),
})

export function addRunRoutes(api: Api, { bursts }: ApiOptions): void {
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/runs',
      operationId: 'listRuns',
      tags: ['runs'],
      summary: 'The last 50 runs, newest first, and which of their samples are still kept',
      responses: { ...guarded, 200: json(z.array(listedRunAnswer), 'The runs') },
    }),
    (context) =>
      context.json(
        bursts
          .runs()
          .map((run) => ({ ...answerOf(run.summary()), kept: run.keptSamples() }))
          .reverse(),
        200,
      ),
  )
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/runs/{id}',
      operationId: 'getRun',
      tags: ['runs'],
      summary: 'One run whole: its burst with configurations, backends and what happened in it',
      request: { params: burstParams, query: formatQuery },
      responses: {
        ...guarded,
        200: {
          description: 'The run. As a file it begins with the oldest sample that is kept: X-First-Seq',
          content: {
            'application/json': { schema: runAnswer },
            'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) },
          },
        },
        404: NO_SUCH_BURST,
        429: problem('Too many downloads at one time'),
      },
    }),
    (context) => {
      const run = bursts.run(context.req.valid('param').id)
      if (context.req.valid('query').format === 'file') return streamRunFile(run)
      return context.json({ ...answerOf(run.whole()), kept: run.keptSamples() }, 200)
    },
  )
}
