import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { GuardOptions } from './guard.ts'

const BASE = 'http://dashboard'
/** What a browser asks for without its cookies. Nothing of it is a secret. */
const ASKED_WITHOUT_COOKIES = new Set(['/manifest.webmanifest'])

/** In constant time, whatever their lengths. */
export function sameToken(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}

/** For state changes over HTTP. Throws ProblemError `no-token` unless the request carries `Authorization: Bearer <token>`. */
export function checkToken(authorization: string | undefined, { token }: GuardOptions): void {
  if (hasBearer(authorization, token)) return
  throw new ProblemError(
    'no-token',
    'State changes need "Authorization: Bearer <token>". The token is the ROBINSCOPE_TOKEN that the dashboard was started with. Without one it made its own at start, which stands in its page: "npm start -- --help" says how to read it.',
  )
}

/**
 * For every request and upgrade of a dashboard that other machines can reach; on loopback nothing is asked for.
 * Throws ProblemError `no-token` unless the request carries the bearer token, or the cookie that `entryOf` gave.
 */
export function checkReader(request: IncomingMessage, guard: GuardOptions): void {
  if (!guard.isExposed || isAskedWithoutCookies(request) || showsToken(request, guard)) return
  const wrong = tokenInUrl(request) === null ? '' : 'The token in the address is wrong. '
  throw new ProblemError(
    'no-token',
    `${wrong}Other machines can reach this dashboard, so it needs a token, the ROBINSCOPE_TOKEN that it was started with. Open ${originOf(request, guard)}/?token=<token> once, or send "Authorization: Bearer <token>".`,
  )
}

/** By bearer token or cookie. The dashboard must be exposed for a cookie to count: on loopback none was given. */
export function showsToken({ headers }: IncomingMessage, guard: GuardOptions): boolean {
  if (hasBearer(headers.authorization, guard.token)) return true
  if (!guard.isExposed) return false
  const name = `${cookieName(headers.host)}=`
  const value = cookieValue(guard.token)
  return (headers.cookie ?? '')
    .split(/; */)
    .some((pair) => pair.startsWith(name) && sameToken(pair.slice(name.length), value))
}

/**
 * A person who opens an exposed dashboard by `/?token=…`: where to go on, without the token, and the cookie that lets in from
 * then on. null: this is no such request, or its token is wrong. RFC 6265bis, section 4.1.
 */
export function entryOf(request: IncomingMessage, guard: GuardOptions): { location: string; cookie: string } | null {
  if (!guard.isExposed || (request.method !== 'GET' && request.method !== 'HEAD')) return null
  const given = tokenInUrl(request)
  if (given === null || !sameToken(given, guard.token)) return null
  const { searchParams } = urlOf(request)
  searchParams.delete('token')
  const rest = searchParams.toString()
  const { host } = request.headers
  const secure = guard.names.secureHosts.has(host?.toLowerCase() ?? '') ? '; Secure' : ''
  return {
    location: rest === '' ? '/' : `/?${rest}`,
    cookie: `${cookieName(host)}=${cookieValue(guard.token)}; Path=/; HttpOnly; SameSite=Strict${secure}`,
  }
}

/** As it was sent: what only comes to such a path when its dots are resolved goes to another handler. */
const isAskedWithoutCookies = ({ url = '' }: IncomingMessage): boolean =>
  ASKED_WITHOUT_COOKIES.has(url.split('?', 1)[0] ?? '')

const urlOf = ({ url }: IncomingMessage): URL => new URL(url ?? '/', BASE)

function tokenInUrl(request: IncomingMessage): string | null {
  const { pathname, searchParams } = urlOf(request)
  // A plus sign that somebody pastes as it is reads as a space, and no token has one.
  return pathname === '/' ? (searchParams.get('token')?.replaceAll(' ', '+') ?? null) : null
}

const hasBearer = (authorization: string | undefined, token: string): boolean => {
  const given = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization ?? '')?.[1]
  return given !== undefined && sameToken(given, token)
}

/** Cookies do not know ports: two dashboards under one name would overwrite each other's. */
const cookieName = (host = ''): string => `robinscope-${/:([0-9]+)$/.exec(host)?.[1] ?? 'default'}`

/** Not the token itself: what a browser stores opens this page, and is no bearer token for programs. */
const cookieValue = (token: string): string =>
  createHmac('sha256', token).update('cookie of the page').digest('base64url')

function originOf({ headers }: IncomingMessage, { names }: GuardOptions): string {
  const host = headers.host?.toLowerCase() ?? ''
  return `${names.secureHosts.has(host) ? 'https' : 'http'}://${host}`
}
