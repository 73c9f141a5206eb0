import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import type { Socket } from 'node:net'

export type Answered = {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
  text: string
  generation: string | undefined
  addresses: string[]
  statuses: string[]
}

export type Sending = { method?: string; path?: string; headers?: Record<string, string>; body?: Buffer | string }

const ANSWER_DEADLINE_MS = 20_000
const list = (value: string | string[] | undefined): string[] => (typeof value === 'string' ? value.split(', ') : [])

/** A plain keep-alive client. A GET whose reused connection closed without a byte of an answer is sent once more, on a new one (RFC 9110, 9.2.2). */
export function frontDoorClient(target: { host: string; port: number }, connections = 1) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  // Node's `reusedSocket` stays false when a request that waits for a connection is given a used one.
  const used = new WeakSet<Socket>()

  const attempt = (sending: Sending, again: boolean): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', path = '/', headers = {}, body } = sending
      const asked = request({ ...target, agent: again ? agent : false, method, path, headers }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.once('error', reject)
        answer.once('end', () => {
          const whole = Buffer.concat(chunks)
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: whole,
            text: whole.length < 1000 ? whole.toString() : '',
            generation: answer.headers['x-front-door-generation'] as string | undefined,
            addresses: list(answer.headers['x-upstream-addr']),
            statuses: list(answer.headers['x-upstream-status']),
          })
        })
      })
      let isReused = false
      asked.once('socket', (socket) => {
        isReused = used.has(socket)
        used.add(socket)
      })
      asked.setTimeout(ANSWER_DEADLINE_MS, () => asked.destroy(new Error('no answer in time')))
      asked.once('error', (error) => {
        if (again && isReused && method === 'GET') attempt(sending, false).then(resolve, reject)
        else reject(error)
      })
      asked.end(body)
    })

  return {
    send: (sending: Sending = {}): Promise<Answered> => attempt(sending, true),
    /** `count` requests, at most `connections` at once, in the order of their answers. */
    async burst(count: number, sending: Sending = {}): Promise<Answered[]> {
      const answers: Answered[] = []
      let left = count
      const work = async (): Promise<void> => {
        while (left-- > 0) answers.push(await attempt(sending, true))
      }
      await Promise.all(Array.from({ length: connections }, work))
      return answers
    },
    close: () => agent.destroy(),
  }
}

export type Client = ReturnType<typeof frontDoorClient>
