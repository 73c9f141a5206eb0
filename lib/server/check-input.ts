import type { z } from 'zod'
import { ProblemError } from '#lib/protocol/problem.ts'

/**
 * The value as the schema has it, or a ProblemError: `out-of-bounds` with field, min, max and got where a bound was crossed,
 * `malformed` otherwise.
 */
export function checkInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw inputProblem(parsed.error.issues, input)
}

/** The first thing that is wrong with the input, as a problem. */
export function inputProblem(issues: readonly z.core.$ZodIssue[], input: unknown): ProblemError {
  const issue = issues[0]
  const field = issue?.path.map(String).join('.') || 'input'
  const got = valueAt(input, issue?.path ?? [])
  if (issue?.code === 'too_small' || issue?.code === 'too_big') {
    const bound = issue.code === 'too_small' ? { min: Number(issue.minimum) } : { max: Number(issue.maximum) }
    return new ProblemError('out-of-bounds', `${field}: ${issue.message}.`, { field, ...bound, got: shown(got) })
  }
  return new ProblemError('malformed', `${field}: ${issue?.message ?? 'not understood'}.`, { field, got: shown(got) })
}

function valueAt(input: unknown, path: PropertyKey[]): unknown {
  let value = input
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

/** Only plain values are shown back, cut short. */
function shown(got: unknown): unknown {
  if (typeof got === 'string') return got.slice(0, 100)
  return typeof got === 'number' || typeof got === 'boolean' || got === null ? got : typeof got
}
