import { z } from 'zod'
import { MAX_FAULT_MS } from './limits.ts'
import type { BackendKey } from './model.ts'

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

/** @public Whatever the service may say: tests hold it to that. */
export const serviceLineSchema = z.union([readyLineSchema, drainingLineSchema, answerLineSchema])
export type ReadyLine = z.infer<typeof readyLineSchema>

/** Which part of the requests it meets, 0 to 1: evenly spread, and the same every time. */
const share = z.number().min(0).max(1).default(1)
const milliseconds = z.int().min(0).max(MAX_FAULT_MS)

/**
 * What may be wrong with a backend on purpose, by kind. `latency`: answers come `ms` later, and up to `jitterMs` more.
 * `errors`: answers have this status. One of each kind at most; a further one takes its place.
 */
export const backendFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('latency'), ms: milliseconds, jitterMs: milliseconds.default(0), share }),
  z.strictObject({ kind: z.literal('errors'), status: z.int().min(500).max(599), share }),
])
/** As it is asked for. */
export type BackendFault = z.input<typeof backendFaultSchema>
/** As it is in force. */
export type BackendFaultOn = z.infer<typeof backendFaultSchema>
export type BackendFaultKind = BackendFault['kind']
export const BACKEND_FAULT_KINDS: readonly BackendFaultKind[] = backendFaultSchema.options.map(
  ({ shape }) => shape.kind.value,
)

export const faultsAnswerSchema = z.object({ faults: z.array(backendFaultSchema) })

/**
 * One page of a backend's own ledger. A request counts as executed when it has arrived whole, whatever becomes of its answer.
 * `executed`: since the backend's start, whether or not it counts by method and id; an older image says nothing of it. `ids`: x-request-id and how often a request with it was executed; `overflowed`: requests whose id found no place any more.
 */
export const ledgerPageSchema = z.object({
  executed: z.int().optional(),
  counting: z.boolean(),
  withIds: z.boolean(),
  methods: z.record(z.string(), z.int()),
  kept: z.int(),
  withoutId: z.int(),
  overflowed: z.int(),
  ids: z.array(z.tuple([z.string(), z.int()])),
  next: z.int().nullable(),
})
export type LedgerPage = z.infer<typeof ledgerPageSchema>

/** `executed`: requests that have arrived whole at the backend since its start, from whomever, by the backend's own count. */
export type OwnCount = { backend: BackendKey; executed: number }

/** What a backend can be told, on its standard input, with an `id` of its own on each line. */
export type ServiceCommand =
  | { command: 'ping' }
  | ({ command: 'fault' } & BackendFault)
  | { command: 'heal'; kind?: BackendFaultKind }
  | { command: 'faults' }
  | { command: 'ledger'; act: 'start'; ids?: boolean }
  | { command: 'ledger'; act: 'read'; from?: number }
  | { command: 'ledger'; act: 'reset' | 'stop' }

/** What it says to that, on its standard output: fields of its own, or why it was not done (and nothing was changed). */
export type ServiceAnswer = { ok: true; fields: Readonly<Record<string, unknown>> } | { ok: false; error: string }

/** Reads an answer's line: which command it belongs to, and what it says. Null when the line is anything else. */
export function readAnswer(line: string): { id: number; answer: ServiceAnswer } | null {
  if (!line.startsWith('{')) return null
  try {
    const parsed = answerLineSchema.safeParse(JSON.parse(line))
    if (!parsed.success) return null
    const { event: _event, id, ok, ...fields } = parsed.data
    if (ok) return { id, answer: { ok, fields } }
    return { id, answer: { ok, error: typeof fields.error === 'string' ? fields.error : 'it did not say why' } }
  } catch {
    return null
  }
}

/** Reads the line with which a backend says that it listens, and where. Null when the line is anything else. */
export function readReadyLine(line: string): ReadyLine | null {
  if (!line.startsWith('{')) return null
  try {
    return readyLineSchema.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}
