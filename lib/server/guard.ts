import type { IncomingMessage } from 'node:http'
import { hostOf } from '#lib/config/settings.ts'
import { ProblemError } from '#lib/protocol/problem.ts'

/** By what names a browser may reach this dashboard, in small letters, as it writes them into Host and Origin. */
export type Names = {
  hosts: ReadonlySet<string>
  origins: ReadonlySet<string>
  /** Those of the hosts that a TLS proxy serves, and only that. */
  secureHosts: ReadonlySet<string>
}
export type GuardOptions = {
  names: Names
  token: string
  /** Other machines can reach it: then reading needs the token, too. */
  isExposed: boolean
}

const SAFE_METHODS = new Set(['GET', 'HEAD'])
const OWN_SITE = new Set(['same-origin', 'none'])
/** Any base will do: a target that changes its host is none of a path. */
const BASE = 'http://dashboard'

/** Loopback names with the dashboard's port, and what ROBINSCOPE_ALLOWED_HOSTS adds: `name[:port]`, or `https://name[:port]` behind a TLS proxy. */
export function namesOf(port: number, added: readonly string[]): Names {
  const loopback = ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`)
  const [secure, plain] = [true, false].map((isSecure) =>
    added.filter((one) => one.startsWith('https://') === isSecure),
  )
  // URL leaves a scheme's own port out, as a browser does in Host and Origin.
  const plainUrls = [...loopback, ...(plain ?? [])].map((host) => new URL(`http://${host}`))
  const secureUrls = (secure ?? []).map((origin) => new URL(origin))
  const plainHosts = new Set([...loopback, ...(plain ?? []), ...plainUrls.map(({ host }) => host)])
  const secureHosts = new Set([...(secure ?? []).map(hostOf), ...secureUrls.map(({ host }) => host)])
  return {
    hosts: new Set([...plainHosts, ...secureHosts]),
    origins: new Set([...plainUrls, ...secureUrls].map(({ origin }) => origin)),
    secureHosts: new Set([...secureHosts].filter((host) => !plainHosts.has(host))),
  }
}

/**
 * Whether this request or upgrade may go on to Next, socket.io and the API: exact Host, exact Origin, no foreign site,
 * origin-form target only. Runs before all of them, on everything. Throws ProblemError `malformed`, `host-refused`, `origin-refused`, `method-refused`.
 * RFC 9112 section 3.2; Fetch Metadata (W3C) for Sec-Fetch-*.
 */
export function checkRequest(request: IncomingMessage, { names }: GuardOptions): void {
  checkTarget(request)
  checkHost(request, names)
  checkOrigin(request, names)
  checkSite(request)
}

function checkTarget({ url, method }: IncomingMessage): void {
  // `/\\[` would be another host to a URL parser, and one that it cannot read.
  const isPath = url?.startsWith('/') && URL.canParse(url, BASE) && new URL(url, BASE).origin === BASE
  if (!isPath || method === 'CONNECT') {
    throw new ProblemError('malformed', 'The request target must be a path of this dashboard.')
  }
}

function checkHost({ rawHeaders }: IncomingMessage, names: Names): void {
  const hosts = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host')
  const host = hosts[0]?.toLowerCase()
  if (hosts.length !== 1 || host === undefined || host === '') {
    throw new ProblemError('malformed', 'Exactly one Host header is needed.')
  }
  if (!names.hosts.has(host)) {
    throw new ProblemError(
      'host-refused',
      `This dashboard answers to ${[...names.hosts].join(', ')} only. To open it under another name, start it with ROBINSCOPE_ALLOWED_HOSTS=name:port, or https://name behind a TLS proxy.`,
    )
  }
}

/** The whole origin counts, its scheme included: what is served by a TLS proxy is another origin than the same name without one. */
function checkOrigin({ headers }: IncomingMessage, { origins }: Names): void {
  const { origin } = headers
  if (origin === undefined || origins.has(origin.toLowerCase())) return
  throw new ProblemError(
    'origin-refused',
    'Pages of another origin may not use this dashboard. Behind a TLS proxy, add its origin: ROBINSCOPE_ALLOWED_HOSTS=https://name.',
  )
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
