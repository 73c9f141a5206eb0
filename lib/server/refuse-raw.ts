import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Problem, ProblemError } from '#lib/protocol/problem.ts'
import { problemHeaders } from './problem-answer.ts'
import { NO_PAGE_POLICY, SECURITY_HEADERS } from './security-headers.ts'

const LAST_WORDS_MS = 1_000

/** Node's parser errors that are more than "malformed": RFC 6585 section 5, RFC 9110 section 15.5.9. */
const PARSER_STATUS: Record<string, { status: number; code: 'too-long' | 'malformed'; detail: string }> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'too-long', detail: 'The head of the request is too long.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'malformed', detail: 'The request did not arrive in time.' },
}

/** What is wrong with bytes that the HTTP parser did not understand. */
export function parserProblem(error: NodeJS.ErrnoException): Problem {
  const known = PARSER_STATUS[error.code ?? '']
  if (!known) return new ProblemError('malformed', 'This is no HTTP request.').problem
  return { ...new ProblemError(known.code, known.detail).problem, status: known.status }
}

/** An answer on a connection that has no response object (a refused upgrade, a broken request), and its end, whoever reads it or not. */
export function refuseRaw(socket: Duplex, problem: Problem): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const body = JSON.stringify(problem)
  const headers = {
    ...SECURITY_HEADERS,
    'Content-Security-Policy': NO_PAGE_POLICY,
    ...problemHeaders(problem),
    Connection: 'close',
    'Content-Length': String(Buffer.byteLength(body)),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n${lines.join('')}\r\n${body}`)
  // Unread bytes would turn the end into a reset, which takes the answer away; a caller that never closes is closed.
  socket.resume()
  const end = setTimeout(() => socket.destroy(), LAST_WORDS_MS)
  socket.once('close', () => clearTimeout(end))
}
