import type { ClientRequest, IncomingMessage } from 'node:http'

/** The try that is under way. */
export type Try = {
  index: number
  address: string
  upstream: ClientRequest
  startedMs: number
  connectMs: number | null
  sent: boolean
  reused: boolean
  answer: IncomingMessage | null
  connectTimer: NodeJS.Timeout | null
}

/** llhttp reads status lines that Node refuses to write: a status below 100, control characters in the reason phrase (RFC 9112, section 4). */
export const isWritable = ({ statusCode = 0, statusMessage = '' }: IncomingMessage): boolean =>
  statusCode >= 100 && statusCode <= 999 && /^[\t\x20-\x7e\x80-\xff]*$/.test(statusMessage)

/** A try that begins now. */
export const beginTry = (index: number, address: string, upstream: ClientRequest): Try => ({
  ...{ index, address, upstream, startedMs: performance.now() },
  ...{ connectMs: null, sent: false, reused: false, answer: null, connectTimer: null },
})
