import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import next from 'next'
import { PROJECT_DIR } from './build.ts'
import { contentSecurityPolicy, setSecurityHeaders } from './security-headers.ts'

export type Page = {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>
  close(): Promise<void>
}

/** Headers that Next or the page believes: from outside they are never let in. */
const INNER_HEADERS = ['x-nonce', 'content-security-policy', 'x-robinscope-token', 'next-action']
/** What the page has no use for, and no business with. */
const SECRET_HEADERS = ['cookie', 'authorization']
const DROPPED = new Set([...INNER_HEADERS, ...SECRET_HEADERS])
const INNER_PREFIXES = ['x-middleware-', 'x-forwarded-', 'x-invoke-', 'x-nextjs-', 'x-matched-']

/**
 * The production build of the page. Next gets a decoy server for its upgrade listener: upgrades are dispatched by
 * ours alone. Token and nonce reach the page in request headers, since Next compiles no module of this process.
 */
export async function openPage(options: { token: string; port: number }): Promise<Page> {
  const app = next({
    dev: false,
    dir: PROJECT_DIR,
    httpServer: createServer(),
    hostname: 'localhost',
    port: options.port,
  })
  await aside(() => app.prepare())
  const handle = app.getRequestHandler()
  return {
    async answer(request, response) {
      const nonce = randomBytes(18).toString('base64')
      const policy = contentSecurityPolicy(nonce, request.headers.host ?? '')
      setSecurityHeaders(response, policy)
      for (const name of Object.keys(request.headers)) {
        if (DROPPED.has(name) || INNER_PREFIXES.some((prefix) => name.startsWith(prefix))) {
          delete request.headers[name]
        }
      }
      request.headers['x-nonce'] = nonce
      request.headers['content-security-policy'] = policy
      request.headers['x-robinscope-token'] = options.token
      await handle(request, response)
    },
    close: () => app.close(),
  }
}

/** What Next says while it starts goes to stderr: stdout is the log, one event a line. */
async function aside(act: () => Promise<void>): Promise<void> {
  const { write } = process.stdout
  process.stdout.write = process.stderr.write.bind(process.stderr)
  try {
    await act()
  } finally {
    process.stdout.write = write
  }
}
