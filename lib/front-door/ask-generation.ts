import { type ClientRequest, request } from 'node:http'
import { GENERATION_HEADER, HEALTH_PATH } from './answer-headers.ts'

const ASK_DEADLINE_MS = 1_000

/** The generation by which a front door answers a new connection now; null when nobody answers. */
export const askGeneration = (target: { host: string; port: number }): Promise<string | null> =>
  new Promise((resolve) => {
    const asked: ClientRequest = request(
      { ...target, path: HEALTH_PATH, agent: false, timeout: ASK_DEADLINE_MS },
      (answer) => {
        answer.resume()
        const generation = answer.headers[GENERATION_HEADER.toLowerCase()]
        resolve(typeof generation === 'string' ? generation : null)
      },
    )
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(null))
    asked.end()
  })
