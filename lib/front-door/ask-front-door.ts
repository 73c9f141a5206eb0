import { type ClientRequest, request } from 'node:http'
import { GENERATION_HEADER, HEALTH_PATH } from './answer-headers.ts'

/** What a front door says of itself: the generation that it answers a new connection by, and nginx's version where it names one. */
export type FrontDoorAnswer = { generation: string | null; version: string | null }

const ASK_DEADLINE_MS = 1_000

/** Asks on a connection of its own, at the path that takes nobody's turn; null when nobody answers within a second. */
export const askFrontDoor = (target: { host: string; port: number }): Promise<FrontDoorAnswer | null> =>
  new Promise((resolve) => {
    const asked: ClientRequest = request(
      { ...target, path: HEALTH_PATH, agent: false, timeout: ASK_DEADLINE_MS },
      (answer) => {
        answer.resume()
        const generation = answer.headers[GENERATION_HEADER.toLowerCase()]
        resolve({
          generation: typeof generation === 'string' ? generation : null,
          version: /^nginx\/(\d+\.\d+\.\d+)/.exec(String(answer.headers.server))?.[1] ?? null,
        })
      },
    )
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(null))
    asked.end()
  })
