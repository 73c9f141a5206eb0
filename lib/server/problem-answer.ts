import type { ServerResponse } from 'node:http'
import { type Problem, ProblemError } from '#lib/protocol/problem.ts'
import type { Log } from './log.ts'

/** What may be told of an error: a problem as it is, anything else only that it happened. The whole of it goes to the log. */
export function problemOf(error: unknown, log: Log): Problem {
  if (error instanceof ProblemError) return error.problem
  log('unexpected-error', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  return new ProblemError('internal', 'Something unexpected happened; the log of the dashboard says what.').problem
}

export function answerProblem(response: ServerResponse, problem: Problem): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.writeHead(problem.status, { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(problem))
}
