import { z } from '@hono/zod-openapi'
import { problemAnswer } from '#lib/protocol/answer-schemas.ts'
import { type Burst, failedInAll } from '#lib/protocol/model.ts'
import { BURST_ID } from '#lib/protocol/schemas.ts'

/** The parts that the OpenAPI descriptions of the routes share. */
/** A burst, or a whole run, as every answer gives it. */
export const answerOf = <One extends Burst>(burst: One) => ({ ...burst, failedInAll: failedInAll(burst) })

export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

export const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemAnswer } },
})

/** What any call may be answered before it is looked at. */
export const guarded = {
  400: problem('Malformed'),
  403: problem('Host or origin refused'),
  503: problem('The dashboard is starting, or the engine does not answer'),
}

/** What any state change may be answered. */
export const guardedChange = { ...guarded, 401: problem('No token') }

/** What any state change with a body may be answered. */
export const guardedBody = {
  ...guardedChange,
  413: problem('Body too long'),
  415: problem('Not JSON'),
  422: problem('Out of bounds'),
}

export const needsToken = [{ token: [] }]

/** The groups of calls, as a reader of the document sees them. */
export const TAGS = [
  { name: 'bursts', description: 'Requests sent through the front door, and what came of them' },
  { name: 'cluster', description: 'The front door, the backends behind it, and how many there should be' },
  { name: 'health', description: 'Whether the dashboard works, and its figures for Prometheus' },
  { name: 'runs', description: 'Bursts with all that happened in them: configurations, backends, actions' },
]

export const waitMs = (description: string) =>
  z.coerce.number().int().min(0).max(60_000).openapi({ type: 'integer', description, example: 30_000 })

// Made here: what a schema can say for the document is added to zod by this module's import, after the protocol made its own.
export const burstParams = z.object({
  id: z.string().regex(BURST_ID, 'a burst id looks like b12').openapi({ description: 'The burst', example: 'b12' }),
})
export const NO_SUCH_BURST = problem('No such burst, or what was asked of it is gone')
