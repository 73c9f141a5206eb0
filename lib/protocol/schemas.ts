import { z } from 'zod'
import * as limits from './limits.ts'

/** Requests may carry only these headers of the caller's choosing, and X-… ones that are not the front door's own. */
const ALLOWED_HEADERS = new Set(['accept', 'accept-language', 'cache-control', 'content-type', 'cookie', 'user-agent'])
const RESERVED_PREFIXES = ['x-upstream-', 'x-front-door-', 'x-forwarded-', 'x-real-ip']
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

const headerName = z
  .string()
  .max(100)
  .regex(TOKEN, 'a header name has letters, digits and - only')
  .transform((name) => name.toLowerCase())
  .refine(
    (name) =>
      ALLOWED_HEADERS.has(name) ||
      (name.startsWith('x-') && !RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix))),
    'this header cannot be set: allowed are accept, accept-language, cache-control, content-type, cookie, user-agent and x-… of your own',
  )

/** Answered by the front door itself, so no burst may aim at them. */
export const FRONT_DOOR_PATHS = ['/favicon.ico', '/__front-door'] as const

/** With escapes decoded, then slashes merged and dots resolved: nginx, ngx_http_parse_complex_uri. */
function asTheFrontDoorReads(target: string): string {
  const [raw = ''] = target.split(/[?#]/, 1)
  const decoded = raw.replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
  const kept: string[] = []
  for (const part of decoded.split('/')) {
    if (part === '..') kept.pop()
    else if (part !== '' && part !== '.') kept.push(part)
  }
  return `/${kept.join('/')}`
}

const path = z
  .string()
  .max(2000)
  .regex(/^\/[\x21-\x7e]*$/, 'a path starts with / and has no spaces or control characters')
  .refine((value) => !value.startsWith('//'), 'a path starts with one /')
  .refine(
    (value) => !FRONT_DOOR_PATHS.some((reserved) => asTheFrontDoorReads(value).startsWith(reserved)),
    'the front door answers this path itself, no backend would be asked',
  )

const concurrency = z.int().min(1).max(limits.MAX_CONCURRENCY)
const ratePerSecond = z.number().min(0.1).max(limits.MAX_RATE_PER_SECOND)

/** Of its bytes as they are sent: a character may take four. */
const body = z
  .string()
  .max(limits.MAX_BODY_BYTES, `at most ${limits.MAX_BODY_BYTES} bytes`)
  .superRefine((text, context) => {
    if (new TextEncoder().encode(text).length <= limits.MAX_BODY_BYTES) return
    const maximum = limits.MAX_BODY_BYTES
    context.addIssue({
      code: 'too_big',
      origin: 'string',
      maximum,
      inclusive: true,
      message: `at most ${maximum} bytes`,
    })
  })

/** POST /api/bursts and burst:start. */
export const burstRequestSchema = z
  .strictObject({
    requests: z.int().min(1).max(limits.MAX_REQUESTS).optional(),
    durationMs: z.int().min(1).max(limits.MAX_DURATION_MS).optional(),
    concurrency: concurrency.default(1),
    ratePerSecond: ratePerSecond.optional(),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']).default('GET'),
    path: path.default('/'),
    headers: z.record(headerName, z.string().max(1000).regex(FIELD_VALUE)).default({}),
    body: body.optional(),
    keepAlive: z.boolean().default(true),
    timeoutMs: z.int().min(1).max(limits.MAX_TIMEOUT_MS).default(limits.DEFAULT_TIMEOUT_MS),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .optional(),
  })
  .refine((burst) => (burst.requests === undefined) !== (burst.durationMs === undefined), {
    message: 'give requests or durationMs, one of them',
    path: ['requests'],
  })
  .refine((burst) => burst.body === undefined || !['GET', 'HEAD'].includes(burst.method), {
    message: 'GET and HEAD carry no body',
    path: ['body'],
  })

  .superRefine(({ requests, ratePerSecond }, context) => {
    if (requests === undefined || ratePerSecond === undefined) return
    const maximum = Math.floor((ratePerSecond * limits.MAX_DURATION_MS) / 1000)
    if (requests <= maximum) return
    const message = `at ${ratePerSecond} per second a burst of an hour, the longest, has ${maximum} requests`
    context.addIssue({ code: 'too_big', origin: 'number', maximum, inclusive: true, message, path: ['requests'] })
  })

export const burstEditSchema = z
  .strictObject({ ratePerSecond: ratePerSecond.optional(), concurrency: concurrency.optional() })
  .refine((edit) => edit.ratePerSecond !== undefined || edit.concurrency !== undefined, {
    message: 'give ratePerSecond or concurrency',
    path: ['ratePerSecond'],
  })

/** PUT /api/cluster/replicas and cluster:scale. */
export const scaleSchema = z.strictObject({ replicas: z.int().min(0).max(limits.MAX_REPLICAS) })

/** PATCH /api/cluster and cluster:follow-deaths. */
export const followDeathsSchema = z.strictObject({ followDeaths: z.boolean() })

/** GET /api/backends/:backend/ledger and backend:read-ledger. */
export const backendKeySchema = z
  .string()
  .regex(limits.BACKEND_KEY, 'a backend is named by its hostname, like a3f9c1d27e04')

export const BURST_ID = /^b[0-9]{1,9}$/
export const burstIdSchema = z.string().regex(BURST_ID, 'a burst id looks like b12')

export const handshakeSchema = z.object({
  token: z.string().max(200),
  protocol: z.int(),
  resume: z.object({ boot: z.string().max(100), burst: z.int().min(0), nextSeq: z.int().min(0) }).optional(),
})

export const frameTakenSchema = z.strictObject({ burst: z.int().min(0), nextSeq: z.int().min(0) })
