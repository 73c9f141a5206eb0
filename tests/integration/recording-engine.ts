import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Fields } from '#lib/compose/fields.ts'
import { idOf, inspected } from '#tests/unit/docker-gate/inspected.ts'

export const BACKEND = inspected('backend', 1, { env: ['SECRET=needed-for-clones', 'SERVICE_PORT=8000'] })
export const FRONT_DOOR = inspected('front-door', 1, { env: ['SECRET=of-the-front-door'] })
export const DASHBOARD = inspected('dashboard', 1)
const CONTAINERS = [BACKEND, FRONT_DOOR, DASHBOARD]

/** An engine that knows three containers, records every call, and streams what it is asked to stream. */
export function recordingEngine(seen: string[]): Server {
  const engine = createServer(async (call, answer) => {
    const url = call.url ?? ''
    const body = await text(call)
    seen.push(`${call.method} ${url}${body ? ` ${body}` : ''}`)
    const json = (status: number, value: unknown): void => {
      answer.writeHead(status, { 'Content-Type': 'application/json', 'Api-Version': '1.41' })
      answer.end(JSON.stringify(value))
    }
    if (url.includes('/containers/json')) {
      const labels = (container: Fields) => (container.Config as { Labels: Record<string, string> }).Labels
      const listed = CONTAINERS.filter(
        (one) => !url.includes('service') || labels(one)['com.docker.compose.service'] === 'backend',
      )
      return json(
        200,
        listed.map((one) => ({ Id: one.Id, Labels: labels(one), Mounts: one.Mounts, Command: 'SECRET' })),
      )
    }
    if (/\/containers\/[0-9a-f]{64}\/json$/.test(url)) {
      const found = CONTAINERS.find((one) => url.includes(idOf(one)))
      return found ? json(200, found) : json(404, { message: 'No such container' })
    }
    if (url.includes('/logs')) {
      answer.writeHead(200, { 'Content-Type': 'application/vnd.docker.raw-stream' })
      answer.write('first')
      return
    }
    if (url.includes('/events')) {
      const { Labels } = BACKEND.Config as Fields
      const Actor = { ID: BACKEND.Id, Attributes: { ...(Labels as Fields), name: 'robinscope-backend-1' } }
      answer.end(`${JSON.stringify({ Type: 'container', Action: 'die', from: 'SECRET', Actor })}\n`)
      return
    }
    if (url.includes('/exec/')) return json(404, { message: 'No such exec instance' })
    if (url.includes('/create')) return json(201, { Id: 'd'.repeat(64) })
    answer.writeHead(204).end()
  })
  engine.on('upgrade', (call: IncomingMessage, socket: Socket) => {
    seen.push(`${call.method} ${call.url} (upgrade)`)
    socket.write(
      'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nhello',
    )
    socket.on('data', (bytes) => socket.write(`echo ${bytes}`))
    socket.on('end', () => socket.end())
    socket.on('error', () => socket.destroy())
  })
  return engine
}
