import type { IncomingMessage, ServerResponse } from 'node:http'
import { ProblemError } from '#lib/protocol/problem.ts'

const STARTING_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="1">
<meta name="color-scheme" content="light dark">
<title>Robinscope is starting</title>
<p>Robinscope is starting. The first time it builds this page, which takes about half a minute. It opens by itself.</p>
</html>
`

/** Until the dashboard is ready: a page that tries again by itself for people, a problem for programs. */
export function answerStarting(request: IncomingMessage, response: ServerResponse): void {
  const isForPeople = request.method === 'GET' && request.url === '/' && /text\/html/.test(request.headers.accept ?? '')
  if (!isForPeople) throw new ProblemError('starting', 'The dashboard is starting; try again in a moment.')
  response.writeHead(503, {
    'Content-Type': 'text/html; charset=utf-8',
    'Retry-After': '1',
    'Cache-Control': 'no-store',
  })
  response.end(STARTING_PAGE)
}
