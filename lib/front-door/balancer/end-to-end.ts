import { ATTEMPT_HEADERS, GENERATION_HEADER } from '../answer-headers.ts'

/**
 * RFC 9110, section 7.6.1: what a proxy must not pass on. Expect is met here (section 10.1.1); trailers are not passed on, so nothing may
 * announce them (section 6.6.2).
 */
const HOP_BY_HOP = [
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade', 'expect', 'trailer'],
]
/** Naming one of these in Connection would change how the message is read, or whom it is for. */
const NEVER_NOMINATED = new Set(['content-length', 'host'])

export const FOR_REQUESTS: ReadonlySet<string> = new Set(HOP_BY_HOP)
/** A backend cannot speak for the front door. */
export const FOR_ANSWERS: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  ...[...Object.keys(ATTEMPT_HEADERS), GENERATION_HEADER].map((name) => name.toLowerCase()),
])

const nominatedBy = (connection: string): string[] =>
  connection
    .toLowerCase()
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '' && !NEVER_NOMINATED.has(token))

/** Names and values in turn, as Node's `rawHeaders`, without those of `dropped` and without those that Connection names. */
export function endToEnd(rawHeaders: string[], dropped: ReadonlySet<string>): string[] {
  const kept: string[] = []
  let nominated: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    const value = rawHeaders[at + 1] ?? ''
    const key = name.toLowerCase()
    if (!dropped.has(key)) kept.push(name, value)
    else if (key === 'connection' && value !== 'keep-alive' && value !== 'close')
      nominated = [...nominated, ...nominatedBy(value)]
  }
  return nominated.length > 0 ? endToEnd(kept, new Set(nominated)) : kept
}
