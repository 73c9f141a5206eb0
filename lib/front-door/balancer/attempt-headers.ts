import { GENERATION_HEADER } from '../answer-headers.ts'

/** One try at one backend, as nginx's $upstream_… variables tell it. Times in milliseconds; null is nginx's "-". */
export type Attempt = {
  /** host:port, or the upstream's name when nobody was left to ask. */
  address: string
  status: number
  connectMs: number | null
  headerMs: number | null
  /** Null for the one that answers: it is not over when the headers are written. */
  responseMs: number | null
}

/** Seconds with three decimals, as nginx's time variables. */
const seconds = (ms: number | null): string => {
  if (ms === null) return '-'
  const whole = Math.round(ms)
  return `${(whole / 1000) | 0}.${String(whole % 1000).padStart(3, '0')}`
}

const list = (attempts: Attempt[], say: (attempt: Attempt) => string): string => {
  const [first] = attempts
  return attempts.length === 1 && first ? say(first) : attempts.map(say).join(', ')
}

/** The headers of an answer, names and values in turn, appended to `headers`. */
export function addAttemptHeaders(headers: string[], generation: string, attempts: Attempt[]): string[] {
  headers.push(
    GENERATION_HEADER,
    generation,
    'X-Upstream-Addr',
    list(attempts, (attempt) => attempt.address),
    'X-Upstream-Status',
    list(attempts, (attempt) => String(attempt.status)),
    'X-Upstream-Response-Time',
    list(attempts, (attempt) => seconds(attempt.responseMs)),
    'X-Upstream-Header-Time',
    list(attempts, (attempt) => seconds(attempt.headerMs)),
    'X-Upstream-Connect-Time',
    list(attempts, (attempt) => seconds(attempt.connectMs)),
  )
  return headers
}
