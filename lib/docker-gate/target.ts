/** What a call names: API version, path in segments, query. */
export type Target = { version: string; segments: string[]; query: ReadonlyMap<string, string> }

const MAX_LENGTH = 8_192
const PATH = /^(\/[A-Za-z0-9][A-Za-z0-9:._-]*|\/_ping)+$/
const VERSION = /^v1\.[0-9]{2}$/

/**
 * Reads a request target (origin form, RFC 9112 section 3.2.1). Anything that two readers could take differently is null:
 * percent-encoding in the path, empty or dotted segments, a query key given twice.
 */
export function readTarget(url: string): Target | null {
  if (url.length > MAX_LENGTH) return null
  const mark = url.indexOf('?')
  const path = mark === -1 ? url : url.slice(0, mark)
  if (!PATH.test(path) || path.includes('..')) return null
  const segments = path.slice(1).split('/')
  const version = VERSION.test(segments[0] ?? '') ? String(segments.shift()) : ''
  const query = new Map<string, string>()
  for (const [key, value] of new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1))) {
    if (query.has(key)) return null
    query.set(key, value)
  }
  return { version, segments, query }
}

/** The target as the engine gets it, written anew. */
export function writeTarget({ version, segments, query }: Target): string {
  const path = [...(version ? [version] : []), ...segments].join('/')
  const search = new URLSearchParams([...query]).toString()
  return search ? `/${path}?${search}` : `/${path}`
}
