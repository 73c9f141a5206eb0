import { Agent, request } from 'node:http'

export type PlainCounts = { sent: number; answered: number; gets: number; posts: number; failures: Map<string, number> }

export type PlainClient = {
  counts(): PlainCounts
  /** Sends nothing more and resolves when all that is under way has ended. */
  stop(): Promise<PlainCounts>
}

const REQUEST_LIMIT_MS = 10_000
const BEAT_MS = 5
const BODY = 'a'.repeat(200)

/**
 * A client as anybody would write it, and none of Robinscope's own: Node's http with kept connections, every second request a POST
 * with a body, at a fixed rate whatever the answers do. It sends nothing twice; everything but a whole 200 is a failure. Each request
 * has an x-request-id of its own.
 */
export function startPlainClient(port: number, ratePerSecond: number, connections = 16): PlainClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const counts: PlainCounts = { sent: 0, answered: 0, gets: 0, posts: 0, failures: new Map() }
  const underWay = new Set<Promise<void>>()
  const startedAt = performance.now()

  const fail = (reason: string): void => void counts.failures.set(reason, (counts.failures.get(reason) ?? 0) + 1)

  function send(): void {
    const isPost = counts.sent % 2 === 1
    counts.sent += 1
    counts[isPost ? 'posts' : 'gets'] += 1
    const method = isPost ? 'POST' : 'GET'
    const one = ask(agent, port, method, `plain-${counts.sent}`).then(
      (status) => {
        if (status === 200) counts.answered += 1
        else fail(`${method} ${status}`)
      },
      (error: Error & { code?: string }) => fail(`${method} ${error.code ?? error.message}`),
    )
    underWay.add(one)
    void one.finally(() => underWay.delete(one))
  }

  const beat = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * ratePerSecond)
    while (counts.sent < due) send()
  }, BEAT_MS)

  return {
    counts: () => counts,
    async stop() {
      clearInterval(beat)
      await Promise.all(underWay)
      agent.destroy()
      return counts
    },
  }
}

function ask(agent: Agent, port: number, method: 'GET' | 'POST', id: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        ...{ host: '127.0.0.1', port, method, agent, path: '/' },
        signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
        headers: {
          'x-request-id': id,
          ...(method === 'POST' ? { 'content-type': 'text/plain', 'content-length': BODY.length } : {}),
        },
      },
      (answer) => {
        answer.resume()
        answer.once('end', () => (answer.complete ? resolve(answer.statusCode ?? 0) : reject(new Error('cut short'))))
        answer.once('error', reject)
      },
    )
    asked.once('error', reject)
    asked.end(method === 'POST' ? BODY : undefined)
  })
}
