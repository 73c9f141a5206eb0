import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { ProblemError } from '#lib/protocol/problem.ts'

export type GuardOptions = { allowedHosts: ReadonlySet<string>; token: string }

const SAFE_METHODS = new Set(['GET', 'HEAD'])
const OWN_SITE = new Set(['same-origin', 'none'])

/** The hosts that this dashboard answers to: loopback names with its port, and those that the settings add. */
export function allowedHostsOf(port: number, added: string[]): Set<string> {
  const loopback = ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`)
  // A browser leaves the port out of Host when it is the scheme's own.
  const bare = port === 80 ? ['localhost', '127.0.0.1', '[::1]'] : []
  return new Set([...loopback, ...bare, ...added])
}

/**
 * Whether this request or upgrade may go on to Next, socket.io and the API: exact Host, exact Origin, no foreign site,
 * origin-form target only. Runs before all of them, on everything. Throws ProblemError `malformed`, `host-refused`, `origin-refused`, `method-refused`.
 * RFC 9112 section 3.2; Fetch Metadata (W3C) for Sec-Fetch-*.
 */
export function checkRequest(request: IncomingMessage, { allowedHosts }: GuardOptions): void {
  checkTarget(request)
  checkHost(request, allowedHosts)
  checkOrigin(request, allowedHosts)
  checkSite(request)
}

/** Throws ProblemError `no-token` unless the request carries `Authorization: Bearer <token>`. */
export function checkToken(authorization: string | undefined, { token }: GuardOptions): void {
  const given = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization ?? '')?.[1]
  if (given === undefined || !sameToken(given, token)) {
    throw new ProblemError(
      'no-token',
      'State changes need "Authorization: Bearer <token>". The token is ROBINSCOPE_TOKEN, or the one the dashboard made at its start.',
    )
  }
}

export function sameToken(given: string, token: string): boolean {
  const one = Buffer.from(given)
  const other = Buffer.from(token)
  return one.length === other.length && timingSafeEqual(one, other)
}

function checkTarget({ url, method }: IncomingMessage): void {
  if (!url?.startsWith('/') || url.startsWith('//') || method === 'CONNECT') {
    throw new ProblemError('malformed', 'The request target must be a path of this dashboard.')
  }
}

function checkHost({ rawHeaders }: IncomingMessage, allowed: ReadonlySet<string>): void {
  const hosts = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host')
  const host = hosts[0]?.toLowerCase()
  if (hosts.length !== 1 || host === undefined || host === '') {
    throw new ProblemError('malformed', 'Exactly one Host header is needed.')
  }
  if (!allowed.has(host)) {
    throw new ProblemError(
      'host-refused',
      `This dashboard answers to ${[...allowed].join(', ')} only. To open it under another name, start it with ROBINSCOPE_ALLOWED_HOSTS=name:port.`,
    )
  }
}

function checkOrigin({ headers }: IncomingMessage, allowed: ReadonlySet<string>): void {
  const origin = headers.origin
  if (origin === undefined) return
  const [scheme, host] = origin.toLowerCase().split('://')
  if (scheme !== 'http' || host === undefined || !allowed.has(host)) {
    throw new ProblemError('origin-refused', 'Pages of another origin may not use this dashboard.')
  }
}

/** A page of another site may link here (a navigation), nothing else: no images, scripts, frames, fetches or forms. */
function checkSite({ headers, method }: IncomingMessage): void {
  const site = headers['sec-fetch-site']
  if (site === undefined || OWN_SITE.has(String(site))) return
  const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  if (!isLink || !SAFE_METHODS.has(method ?? '')) {
    throw new ProblemError('origin-refused', 'Pages of another site may only link to this dashboard.')
  }
}
