import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { FAVICON_MAX_AGE_S, FAVICON_PATH, GENERATION_HEADER, HEALTH_PATH } from '../answer-headers.ts'
import { Passage } from './passage.ts'
import type { UpstreamList } from './upstream-list.ts'

/** A client that sends and takes nothing for so long is let go. One timer a connection; `keepAliveTimeout` would be two more a request. */
const IDLE_CLIENT_MS = 75_000
const OWN_PATHS = [FAVICON_PATH, HEALTH_PATH]

/** Path and query as the backend gets them: an absolute request target (RFC 9112, section 3.2.2) loses its origin. */
const originForm = (target: string): string | null => {
  if (target.startsWith('/') || target === '*') return target
  const match = /^https?:\/\/[^/?#]+(\/[^#]*)?$/i.exec(target)
  return match ? (match[1] ?? '/') : null
}

const isOwn = (path: string): boolean =>
  OWN_PATHS.some((own) => path.startsWith(own) && (path.length === own.length || path[own.length] === '?'))

/** What the front door says itself, so that it takes nobody's turn. */
function answerOwn(path: string, generation: string, response: ServerResponse): void {
  if (path.startsWith(FAVICON_PATH)) {
    response.writeHead(204, { [GENERATION_HEADER]: generation, 'Cache-Control': `max-age=${FAVICON_MAX_AGE_S}` })
    response.end()
    return
  }
  response.writeHead(200, {
    [GENERATION_HEADER]: generation,
    'Cache-Control': 'no-cache',
    'Content-Type': 'text/plain',
    'Content-Length': '3',
  })
  response.end('ok\n')
}

/** HTTP/1.1 without TLS, upgrade and caching. `current` is asked once a request: the list that it stays with. */
export function createBalancerServer(current: () => UpstreamList): Server {
  const server = createServer({ keepAliveTimeout: 0 }, (request: IncomingMessage, response: ServerResponse) => {
    const list = current()
    const path = originForm(request.url ?? '/')
    if (path === null) response.writeHead(400, { [GENERATION_HEADER]: list.generation }).end()
    else if (isOwn(path)) answerOwn(path, list.generation, response)
    else new Passage(list, path, request, response).begin()
  })
  server.timeout = IDLE_CLIENT_MS
  return server
}
