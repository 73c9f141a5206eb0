import type { AttemptRecord } from '#lib/protocol/frame.ts'
import type { Reason } from '#lib/protocol/model.ts'
import {
  BACKEND,
  GENERATION,
  type ResponseHead,
  UPSTREAM_ADDR,
  UPSTREAM_HEADER_TIME,
  UPSTREAM_RESPONSE_TIME,
  UPSTREAM_STATUS,
} from './response-head.ts'
import { BY_ADDRESS, BY_NAME, BY_NOBODY, type NamedRoute, type RouteTable, UNKNOWN_ROUTE } from './route-table.ts'
import { readAttempts } from './upstream-lists.ts'

const COMMA = 44
const COLON = 58
const SPACE = 32

/** What a response's head says of who made the answer and by which way. */
export type Verdict = {
  status: number
  route: NamedRoute
  /** contract.md, "Outcomes of a request": a backend made this answer. */
  isBackends: boolean
  /** Null: one attempt, or none was told of. */
  attempts: AttemptRecord[] | null
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57

/** Where the last entry of one of nginx's lists starts. */
function lastEntry(bytes: Uint8Array, from: number, to: number): number {
  for (let at = to - 1; at >= from; at--) {
    const byte = bytes[at]
    if (byte === COMMA || (byte === COLON && bytes[at - 1] === SPACE && bytes[at + 1] === SPACE)) {
      let start = at + 1
      while (start < to && bytes[start] === SPACE) start++
      return start
    }
  }
  return from
}

/** Written into `verdict`, so that a plain answer makes nothing new. */
export function judge(head: ResponseHead, table: RouteTable, verdict: Verdict): void {
  const { bytes } = head
  const genFrom = head.from(GENERATION)
  const genTo = head.to(GENERATION)
  const nameFrom = head.from(BACKEND)
  const nameTo = head.to(BACKEND)
  const addressFrom = head.from(UPSTREAM_ADDR)
  const addressTo = head.to(UPSTREAM_ADDR)
  const timesTo = head.to(UPSTREAM_HEADER_TIME)
  const answered = timesTo > head.from(UPSTREAM_HEADER_TIME) && isDigit(bytes[timesTo - 1])
  const lastFrom = addressTo > addressFrom ? lastEntry(bytes, addressFrom, addressTo) : addressFrom
  verdict.status = head.status
  const isNamed = nameTo > nameFrom
  // A server that says nothing of upstreams or generations is no front door, and answers for itself.
  verdict.isBackends = isNamed || answered || (addressTo === addressFrom && genTo === genFrom)
  verdict.route = isNamed ? table.route(BY_NAME, bytes, nameFrom, nameTo, genFrom, genTo) : UNKNOWN_ROUTE
  // A name that is not believed leaves what the front door itself says.
  if (verdict.route === UNKNOWN_ROUTE) {
    if (answered && addressTo > addressFrom)
      verdict.route = table.route(BY_ADDRESS, bytes, lastFrom, addressTo, genFrom, genTo)
    else if (!isNamed || genTo > genFrom) verdict.route = table.route(BY_NOBODY, bytes, 0, 0, genFrom, genTo)
  }
  const isPlain = verdict.isBackends && lastFrom === addressFrom
  verdict.attempts = isPlain || addressTo === addressFrom ? null : listAttempts(head, table)
}

const listAttempts = (head: ResponseHead, table: RouteTable): AttemptRecord[] =>
  readAttempts(
    head.text(UPSTREAM_ADDR),
    head.text(UPSTREAM_STATUS),
    head.text(UPSTREAM_RESPONSE_TIME),
    head.text(UPSTREAM_HEADER_TIME),
  ).map(({ address, status, us }) => ({ peer: table.peer(address), status, us }))

/** Why an answer that the front door made itself counts as failed. */
export function reasonOfStatus(status: number): Reason {
  if (status === 502) return 'no-backend'
  return status === 504 ? 'gateway-timeout' : 'front-door-5xx'
}
