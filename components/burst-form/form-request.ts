import { groupDigits } from '#components/ui/figures.ts'
import { type Bounds, parseNumber, readNumber } from '#components/ui/number-text.ts'
import { formatDuration, parseDuration } from '#lib/analysis/durations.ts'
import {
  MAX_BODY_BYTES,
  MAX_CONCURRENCY,
  MAX_DURATION_MS,
  MAX_RATE_PER_SECOND,
  MAX_REQUESTS,
  MAX_TIMEOUT_MS,
} from '#lib/protocol/limits.ts'
import type { BurstEdit, BurstRequest } from '#lib/protocol/model.ts'
import type { Problem } from '#lib/protocol/problem.ts'
import type { FormField, FormState } from './form-state.ts'

export type FieldErrors = Partial<Record<FormField, string>>
export type Read<Value> = { ok: true; value: Value } | { ok: false; errors: FieldErrors }

export const MIN_RATE_PER_SECOND = 0.1

/** GET and HEAD carry no body. */
export const carriesBody = (method: BurstRequest['method']): boolean => method !== 'GET' && method !== 'HEAD'

const BOUNDS = {
  requests: { min: 1, max: MAX_REQUESTS, whole: true },
  concurrency: { min: 1, max: MAX_CONCURRENCY, whole: true },
  rate: { min: MIN_RATE_PER_SECOND, max: MAX_RATE_PER_SECOND, whole: false },
} as const satisfies Record<string, Bounds>

function readDuration(text: string, maxMs: number): number | string {
  const ms = parseDuration(text)
  if (ms === null) return 'A time like 20 s, 3 min or 1 h.'
  return ms >= 1 && ms <= maxMs ? ms : `At least 1 ms, at most ${formatDuration(maxMs)}.`
}

function readPath(text: string): string | null {
  if (!/^\/[\x21-\x7e]*$/.test(text)) return 'A path starts with / and has no spaces.'
  return text.startsWith('//') ? 'A path starts with one /.' : null
}

/**
 * Steps a number field by arrow key, within its bounds: by ones, below one by tenths where the field takes them, and never
 * past one in a single press. What is no number starts at one.
 */
export function stepNumber(text: string, by: number, field: keyof typeof BOUNDS): string {
  const { min, max, whole } = BOUNDS[field]
  const value = parseNumber(text)
  if (value === null) return '1'
  const isTenths = !whole && (by < 0 ? value <= 1 : value < 1)
  const next = value + by * (isTenths ? 0.1 : 1)
  const least = whole || value > 1 ? 1 : min
  return String(Math.round(Math.min(max, Math.max(least, next)) * 1_000) / 1_000)
}

/** What the form asks for, or a sentence for each field that cannot be read. */
export function readForm(form: FormState): Read<Partial<BurstRequest>> {
  const errors: FieldErrors = {}
  const take = (field: FormField, read: number | string): number => {
    if (typeof read === 'number') return read
    errors[field] = read
    return 0
  }
  const length =
    form.ends === 'count'
      ? { requests: take('requests', readNumber(form.requests, BOUNDS.requests)) }
      : { durationMs: take('duration', readDuration(form.duration, MAX_DURATION_MS)) }
  const concurrency = take('concurrency', readNumber(form.concurrency, BOUNDS.concurrency))
  const rate = form.rate.trim() === '' ? null : take('rate', readNumber(form.rate, BOUNDS.rate))
  const timeoutMs = take('timeout', readDuration(form.timeout, MAX_TIMEOUT_MS))
  const pathError = readPath(form.path)
  if (pathError) errors.path = pathError
  const body = carriesBody(form.method) && form.body !== '' ? form.body : null
  if (body && new TextEncoder().encode(body).length > MAX_BODY_BYTES) {
    errors.body = `At most ${groupDigits(MAX_BODY_BYTES)} bytes.`
  }
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  return {
    ok: true,
    value: {
      ...length,
      concurrency,
      ...(rate !== null && { ratePerSecond: rate }),
      keepAlive: form.keepAlive,
      method: form.method,
      path: form.path,
      timeoutMs,
      ...(body !== null && { body }),
    },
  }
}

/** What changes for a burst that runs: only the fields that say something new. An empty edit means nothing to do. */
export function readEdit(
  typed: { concurrency: string; rate: string },
  now: Pick<BurstRequest, 'concurrency' | 'ratePerSecond'>,
): Read<BurstEdit> {
  const errors: FieldErrors = {}
  const edit: BurstEdit = {}
  const concurrency = readNumber(typed.concurrency, BOUNDS.concurrency)
  if (typeof concurrency === 'string') errors.concurrency = concurrency
  else if (concurrency !== now.concurrency) edit.concurrency = concurrency
  if (typed.rate.trim() !== '' || now.ratePerSecond !== undefined) {
    const rate = readNumber(typed.rate, BOUNDS.rate)
    if (typeof rate === 'string') errors.rate = rate
    else if (rate !== now.ratePerSecond) edit.ratePerSecond = rate
  }
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, value: edit }
}

const FIELD_OF: Record<string, FormField> = {
  requests: 'requests',
  durationMs: 'duration',
  concurrency: 'concurrency',
  ratePerSecond: 'rate',
  method: 'method',
  path: 'path',
  timeoutMs: 'timeout',
  body: 'body',
}

/** Where a refusal of the server belongs: at its field, or at the form as a whole. */
export function placeProblem(problem: Problem): { errors: FieldErrors; whole: string | null } {
  const field = problem.field === undefined ? undefined : FIELD_OF[problem.field]
  return field ? { errors: { [field]: problem.detail }, whole: null } : { errors: {}, whole: problem.detail }
}
