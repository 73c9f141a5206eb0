/** Every error that crosses a boundary, as RFC 9457 problem details; the same on HTTP and on the socket's acks. */
export const PROBLEM_STATUS = {
  malformed: 400,
  'no-token': 401,
  'host-refused': 403,
  'origin-refused': 403,
  'not-managed': 403,
  'not-found': 404,
  'method-refused': 405,
  'burst-running': 409,
  superseded: 409,
  'too-long': 413,
  'wrong-type': 415,
  'out-of-bounds': 422,
  'too-many': 429,
  internal: 500,
  'read-only': 409,
  'engine-gone': 503,
  starting: 503,
  'not-reached': 504,
} as const

export type ProblemCode = keyof typeof PROBLEM_STATUS
export type Stage = 'create' | 'start' | 'ready' | 'listed' | 'reloaded' | 'drained'

export type Problem = {
  type: string
  title: string
  status: number
  code: ProblemCode
  /** What was wrong and what to do, in plain words. */
  detail: string
  /** out-of-bounds: the field and its bounds. */
  field?: string
  min?: number
  max?: number
  got?: unknown
  /** burst-running: the burst that runs. */
  burst?: string
  /** superseded: the newer target. */
  replicas?: number
  /** not-reached: where it stopped, and Docker's or nginx's own words. */
  stage?: Stage
  cause?: string
}

type Extra = Omit<Problem, 'type' | 'title' | 'status' | 'code' | 'detail'>

const TITLES: Record<ProblemCode, string> = {
  malformed: 'The request is malformed',
  'no-token': 'A token is needed',
  'host-refused': 'This host is not allowed',
  'origin-refused': 'This origin is not allowed',
  'not-managed': 'Not managed by Robinscope',
  'not-found': 'Not found',
  'method-refused': 'This method is not allowed here',
  'burst-running': 'A burst is running',
  superseded: 'A newer target took over',
  'too-long': 'Too long',
  'wrong-type': 'Wrong content type',
  'out-of-bounds': 'Out of bounds',
  'too-many': 'Too many',
  internal: 'Something went wrong here',
  'read-only': 'This dashboard only watches',
  'engine-gone': 'The engine does not answer',
  starting: 'Still starting',
  'not-reached': 'The target was not reached',
}

/** An error that may cross the wire. Anything else is logged whole and sent as `internal`. */
export class ProblemError extends Error {
  readonly problem: Problem
  constructor(code: ProblemCode, detail: string, extra: Extra = {}) {
    super(detail)
    this.name = 'ProblemError'
    this.problem = {
      type: `about:blank#${code}`,
      title: TITLES[code],
      status: PROBLEM_STATUS[code],
      code,
      detail,
      ...extra,
    }
  }
}

/** What was asked for is not so, with the stage that it stopped at; the cause is quoted in the detail. */
export function notReached(stage: Stage, detail: string, cause: unknown): ProblemError {
  const words = cause instanceof Error ? cause.message : String(cause)
  return new ProblemError('not-reached', `${detail}: ${words}`, { stage, cause: words })
}
