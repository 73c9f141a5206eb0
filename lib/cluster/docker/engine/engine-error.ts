import { ProblemError, type Stage } from '#lib/protocol/problem.ts'

/**
 * `gone`: nobody answers there, or the docker-gate says so. `timeout`: it accepted and did not answer in time. `refused`: the engine,
 * the gate before it, or the file's permissions forbid the call. `conflict`, `not-found`: Docker's own 409 and 404. `unsupported`: it
 * can never do that, as reading the log of some logging drivers. `failed`: anything else it said.
 */
export type EngineErrorKind = 'gone' | 'timeout' | 'refused' | 'conflict' | 'not-found' | 'unsupported' | 'failed'

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

/** 502 and 504 are the docker-gate's words for an engine that is gone or late; the engine itself answers neither to our calls. */
const KINDS: Record<number, EngineErrorKind> = {
  401: 'refused',
  403: 'refused',
  404: 'not-found',
  409: 'conflict',
  501: 'unsupported',
  502: 'gone',
  504: 'timeout',
}
/** moby, daemon/logger: ErrReadLogsNotSupported; older engines say so with status 500. */
const LOG_NOT_READABLE = /logging driver does not support reading/

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
    const kind = LOG_NOT_READABLE.test(words) ? 'unsupported' : (KINDS[status] ?? 'failed')
    return new EngineError(kind, plainWords(words))
  }
  const code = field(error, 'code')
  const words = plainWords(error instanceof Error ? error.message : String(error))
  if (code === 'EACCES' || code === 'EPERM') return new EngineError('refused', words, code)
  return new EngineError('gone', words || 'the connection closed', typeof code === 'string' ? code : null)
}

/** The engine said nothing, so the call may or may not have been carried out. */
export const isSilence = (error: unknown): boolean =>
  error instanceof EngineError && (error.kind === 'gone' || error.kind === 'timeout')

/** An engine's error as it may cross the wire: `engine-gone` when nobody answers, otherwise `not-reached` at this stage. */
export function problemAt(stage: Stage, error: unknown, what: string): ProblemError {
  if (error instanceof ProblemError) return error
  const known = engineError(error, what, null)
  const { message } = known
  if (isSilence(known)) {
    return new ProblemError('engine-gone', `The Docker engine does not answer (${message}). ${what} was not done.`)
  }
  return new ProblemError('not-reached', `${what} failed: ${message}`, { stage, cause: message })
}
