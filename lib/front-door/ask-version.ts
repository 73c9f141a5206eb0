import { request } from 'node:http'
import { HEALTH_PATH } from './answer-headers.ts'

const ASK_DEADLINE_MS = 1_000

/** The version that an nginx names in its `Server` header, e.g. 1.30.0; null when nobody answers or it does not say. */
export const askVersion = (target: { host: string; port: number }): Promise<string | null> =>
  new Promise((resolve) => {
    const asked = request({ ...target, path: HEALTH_PATH, agent: false, timeout: ASK_DEADLINE_MS }, (answer) => {
      answer.resume()
      resolve(/^nginx\/(\d+\.\d+\.\d+)/.exec(String(answer.headers.server))?.[1] ?? null)
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(null))
    asked.end()
  })
