import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import type { Cluster } from '#lib/cluster/cluster.ts'
import type { Log } from '#lib/concurrency/log.ts'
import { MAX_MESSAGE_BYTES } from '#lib/protocol/limits.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { TAGS } from './api-answers.ts'
import { addBurstRoutes } from './api-bursts.ts'
import { addClusterRoutes } from './api-cluster.ts'
import { addRunRoutes } from './api-runs.ts'
import type { BurstRegistry } from './burst-registry.ts'
import { inputProblem } from './check-input.ts'
import type { GuardOptions } from './guard.ts'
import { addMetrics } from './metrics.ts'
import { problemHeaders, problemOf } from './problem-answer.ts'
import { checkToken } from './token.ts'
import { VERSION } from './version.ts'

export type ApiOptions = { cluster: Cluster; bursts: BurstRegistry; guard: GuardOptions; log: Log }
export type Api = OpenAPIHono

const SAFE_METHODS = new Set(['GET', 'HEAD'])

/** The HTTP API of contract.md. The guard has let the request pass; state changes need the token, too. */
export function openApi(options: ApiOptions): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const api: Api = new OpenAPIHono({
    defaultHook: (result) => {
      if (!result.success) throw inputProblem(result.error.issues, Reflect.get(result, 'data'))
    },
  })
  api.use('*', async (context, next) => {
    const { method } = context.req
    if (!SAFE_METHODS.has(method)) checkToken(context.req.header('authorization'), options.guard)
    const length = Number(context.req.header('content-length') ?? 0)
    if (length > MAX_MESSAGE_BYTES || context.req.header('transfer-encoding')) {
      throw new ProblemError('too-long', `A request body may have ${MAX_MESSAGE_BYTES} bytes and says how long it is.`)
    }
    if (length > 0 && !/^application\/json(;|$)/i.test(context.req.header('content-type') ?? '')) {
      throw new ProblemError('wrong-type', 'Send JSON, with Content-Type: application/json.')
    }
    await next()
    context.header('Cache-Control', 'no-store')
  })
  addClusterRoutes(api, options)
  addBurstRoutes(api, options)
  addRunRoutes(api, options)
  addMetrics(api, options)
  api.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Robinscope',
      version: VERSION,
      description: 'See, test and prove what your load balancer does.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    // Relative to where this document was found.
    servers: [{ url: '/' }],
    security: [],
    tags: TAGS,
  })
  api.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'ROBINSCOPE_TOKEN, or the token that the dashboard made at its start',
  })
  api.notFound((context) => {
    const known = [
      '/api/health',
      '/api/cluster',
      '/api/backends/:backend/ledger',
      '/api/bursts',
      '/api/runs',
      '/api/openapi.json',
      '/metrics',
    ]
    return problemResponse(
      new ProblemError(
        'not-found',
        `There is no ${context.req.method} ${context.req.path.slice(0, 100)}. Known are ${known.join(', ')}.`,
      ),
      options.log,
    )
  })
  api.onError((error) =>
    problemResponse(
      error instanceof HTTPException && error.status === 400
        ? new ProblemError('malformed', 'The body is not JSON.')
        : error,
      options.log,
    ),
  )
  const listener = getRequestListener(api.fetch, { overrideGlobalObjects: false })
  return async (request, response) => {
    await listener(request, response)
  }
}

function problemResponse(error: unknown, log: Log): Response {
  const problem = problemOf(error, log)
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: problemHeaders(problem),
  })
}
