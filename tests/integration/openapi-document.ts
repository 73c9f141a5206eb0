import { z } from 'zod'

type Schema = Record<string, unknown>
export type Operation = {
  path: string
  method: string
  operationId: string
  summary: string
  tags: string[]
  security?: unknown[]
  responses: Record<string, { content?: Record<string, { schema: Schema }>; headers?: Record<string, unknown> }>
}
export type Document = {
  paths: Record<string, Record<string, Omit<Operation, 'path' | 'method'>>>
  components: { schemas: Record<string, Schema> }
}

export const operationsOf = ({ paths }: Document): Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  )

/** The operation that answers this call: paths are compared segment by segment. */
export function operationOf(document: Document, method: string, path: string): Operation {
  const asked = path.split('?')[0]?.split('/') ?? []
  const found = operationsOf(document).find((operation) => {
    const pattern = operation.path.split('/')
    const fits =
      pattern.length === asked.length && pattern.every((part, at) => part.startsWith('{') || part === asked[at])
    return fits && operation.method === method.toLowerCase()
  })
  if (!found) throw new Error(`The document has no ${method} ${path}`)
  return found
}

/**
 * Fails unless this answer is one that the document promises: its status, its content type and, for JSON, its schema,
 * with no key that the schema does not name.
 */
export function expectDocumented(
  document: Document,
  operation: Operation,
  answer: { status: number; type: string; body: unknown; headers: Headers },
): void {
  const where = `${operation.operationId} ${answer.status}`
  const promised = operation.responses[answer.status]
  if (!promised) throw new Error(`${where} is not in the document`)
  for (const name of Object.keys(promised.headers ?? {}))
    if (!answer.headers.has(name)) throw new Error(`${where}: the header ${name} is missing`)
  const content = promised.content?.[answer.type]
  if (!content) throw new Error(`${where}: the document has no ${answer.type}`)
  if (!answer.type.endsWith('json') || answer.type.includes('ndjson')) return
  const parsed = checkerOf(document, content.schema).safeParse(answer.body)
  if (!parsed.success) throw new Error(`${where}: ${z.prettifyError(parsed.error)}`)
}

function checkerOf({ components }: Document, schema: Schema): z.ZodType {
  const named = { ...schema, $defs: components.schemas }
  return z.fromJSONSchema(JSON.parse(JSON.stringify(closed(named)).replaceAll('#/components/schemas/', '#/$defs/')))
}

/** The same schema, with objects that may have the keys it names and no others. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).map(([key, value]) => [key, key === 'example' ? value : closed(value)])
  const isObject = 'properties' in schema && !('additionalProperties' in schema)
  return Object.fromEntries([...entries, ...(isObject ? [['additionalProperties', false]] : [])])
}
