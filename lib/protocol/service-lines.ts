import { z } from 'zod'

/**
 * The lines between the dashboard and one backend, over the backend's standard streams: one JSON object a line.
 * design.md, section 5. The service ships alone and writes these by hand; tests/contract holds both sides together.
 */
export const readyLineSchema = z.object({
  event: z.literal('listening'),
  backend: z.string().regex(/^[0-9a-f]{12}$/),
  port: z.int().min(1).max(65535),
})

export const answerLineSchema = z.object({ event: z.literal('answer'), id: z.int(), ok: z.boolean() }).loose()
export const drainingLineSchema = z.object({ event: z.literal('draining'), inFlight: z.int() })

export const serviceLineSchema = z.union([readyLineSchema, drainingLineSchema, answerLineSchema])
export type ReadyLine = z.infer<typeof readyLineSchema>
export type ServiceLine = z.infer<typeof serviceLineSchema>

/** What the dashboard writes to a backend's standard input. */
export type ServiceCommand = { id: number; command: 'ping' }
