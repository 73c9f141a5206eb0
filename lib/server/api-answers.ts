import type { z } from '@hono/zod-openapi'
import { problemAnswer } from '#lib/protocol/answer-schemas.ts'

/** The parts that the OpenAPI descriptions of the routes share. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

export const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemAnswer } },
})

export const needsToken = [{ token: [] }]
