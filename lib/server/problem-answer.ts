import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '#lib/concurrency/log.ts'
import { type Problem, ProblemError } from '#lib/protocol/problem.ts'

/** What may be told of an error: a problem as it is, anything else only that it happened. The whole of it goes to the log. */
export function problemOf(error: unknown, log: Log): Problem {
  if (error instanceof ProblemError) return error.problem
  log('unexpected-error', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  return new ProblemError('internal', 'Something unexpected happened; the log of the dashboard says what.').problem
}

/** The headers that go with a problem: RFC 9457 section 3, and what RFC 9110 asks for beside its status. */
export function problemHeaders({ status }: Problem): Record<'Content-Type' | 'Cache-Control', string> {
  return {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    ...(status === 429 || status === 503 ? { 'Retry-After': '1' } : {}),
  }
}

/** A problem document; plain words instead where a person would see it: a browser that asks for a page. */
export function answerProblem(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const allow = problem.code === 'method-refused' ? { Allow: 'GET, HEAD' } : {}
  const refresh = problem.status === 401 && isLinkOfAnotherSite(request) ? { Refresh: '0' } : {}
  // What is left of the request is not waited for.
  const headers = { ...problemHeaders(problem), ...allow, ...refresh, Connection: 'close' }
  const body = isForPeople(request)
    ? { type: 'text/plain; charset=utf-8', text: `${problem.title}. ${problem.detail}\n` }
    : { type: headers['Content-Type'], text: JSON.stringify(problem) }
  response.writeHead(problem.status, {
    ...headers,
    'Content-Type': body.type,
    'Content-Length': Buffer.byteLength(body.text),
  })
  response.end(body.text)
}

const isForPeople = ({ method, url, headers }: IncomingMessage): boolean =>
  method === 'GET' && !/^\/(api|metrics)\b/.test(url ?? '') && /text\/html/.test(headers.accept ?? '')

/**
 * A browser keeps a strict cookie back from links of other sites. The page that it is shown then asks once more by itself:
 * that is a request of our own site, which brings the cookie if there is one, and is refused without a further try if not.
 */
const isLinkOfAnotherSite = (request: IncomingMessage): boolean =>
  isForPeople(request) && /^(cross|same)-site$/.test(String(request.headers['sec-fetch-site']))
