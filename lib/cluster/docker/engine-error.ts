import { ProblemError, type Stage } from '#lib/protocol/problem.ts'

/**
 * `gone`: nobody answers there. `timeout`: it accepted and did not answer in time. `refused`: it (or the gate before it, or the
 * file's permissions) does not let us. `conflict`, `not-found`: Docker's own 409 and 404. `failed`: anything else it said.
 */
export type EngineErrorKind = 'gone' | 'timeout' | 'refused' | 'conflict' | 'not-found' | 'failed'

/** What one call to the engine ended with; the message is Docker's own where it said something. */
export class EngineError extends Error {
  readonly kind: EngineErrorKind
  /** The system's error code (ENOENT, EACCES, …), where there is one. */
  readonly code: string | null
  constructor(kind: EngineErrorKind, message: string, code: string | null = null) {
    super(message)
    this.name = 'EngineError'
    this.kind = kind
    this.code = code
  }
}

const LONGEST_WORDS = 500

/** Words of others, fit for a log line and a page: no control characters (ANSI, line ends), bounded in length. */
export function plainWords(words: string): string {
  const plain = words.replace(/\p{Cc}\[[0-9;]*[A-Za-z]/gu, '').replace(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ')
  return plain.trim().slice(0, LONGEST_WORDS)
}

const kindOfStatus = (status: number): EngineErrorKind => {
  if (status === 409) return 'conflict'
  if (status === 404) return 'not-found'
  return status === 401 || status === 403 ? 'refused' : 'failed'
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

/** Reads whatever dockerode rejected with. */
export function engineError(error: unknown, call: string, deadlineMs: number | null): EngineError {
  if (error instanceof EngineError) return error
  const name = field(error, 'name')
  if (name === 'AbortError' || name === 'TimeoutError') {
    const within = deadlineMs === null ? 'in time' : `within ${deadlineMs / 1000} s`
    return new EngineError('timeout', `the engine accepted "${call}" and did not answer ${within}`)
  }
  const status = field(error, 'statusCode')
  if (typeof status === 'number') {
    const said = field(field(error, 'json'), 'message')
    const words = typeof said === 'string' ? said : error instanceof Error ? error.message : `HTTP ${status}`
    return new EngineError(kindOfStatus(status), plainWords(words))
  }
  const code = field(error, 'code')
  const words = plainWords(error instanceof Error ? error.message : String(error))
  if (code === 'EACCES' || code === 'EPERM') return new EngineError('refused', words, code)
  return new EngineError('gone', words || 'the connection closed', typeof code === 'string' ? code : null)
}

/** An engine's error as it may cross the wire: `engine-gone` when nobody answers, else `not-reached` at this stage. */
export function problemAt(stage: Stage, error: unknown, what: string): ProblemError {
  if (error instanceof ProblemError) return error
  const { kind, message } = engineError(error, what, null)
  if (kind === 'gone' || kind === 'timeout') {
    return new ProblemError('engine-gone', `The Docker engine does not answer (${message}). ${what} was not done.`)
  }
  return new ProblemError('not-reached', `${what} failed: ${message}`, { stage, cause: message })
}
