import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingMessage, request, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Clone, cloneOf } from '#lib/compose/clone.ts'
import { createGate } from '#lib/docker-gate/gate.ts'
import { shownContainer } from '#lib/docker-gate/shown.ts'
import { idOf, PROJECT, WITHHELD } from '#tests/unit/docker-gate/inspected.ts'
import { BACKEND, DASHBOARD, FRONT_DOOR, recordingEngine } from './recording-engine.ts'

let folder: string
let socketPath: string
let gate: Server
let engine: Server
let seen: string[]
let refused: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gate-'))
  socketPath = join(folder, 'gate.sock')
  seen = []
  refused = []
  engine = recordingEngine(seen)
  await once(engine.listen(join(folder, 'engine.sock')), 'listening')
  gate = createGate({
    project: PROJECT,
    enginePath: join(folder, 'engine.sock'),
    refused: (method, url, why) => refused.push(`${method} ${url}: ${why}`),
  })
  await once(gate.listen(socketPath), 'listening')
})

afterEach(async () => {
  for (const server of [gate, engine]) {
    server.closeAllConnections()
    server.close()
  }
  await rm(folder, { recursive: true })
})

async function call(method: string, path: string, body?: string | object, headers: Record<string, string> = {}) {
  const sending = request({ socketPath, method, path, agent: false, headers })
  sending.end(typeof body === 'object' ? JSON.stringify(body) : body)
  const [answer] = (await once(sending, 'response')) as [IncomingMessage]
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) }
}

async function raw(lines: string): Promise<Socket> {
  const socket = connect(socketPath)
  socket.setEncoding('latin1')
  await once(socket, 'connect')
  // Whoever reads is told; a connection that nobody reads may be reset when the other side ends.
  socket.on('error', () => undefined)
  socket.write(lines)
  return socket
}

async function readUntil(socket: Socket, mark: string): Promise<string> {
  let read = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    read += chunk
    if (read.includes(mark)) break
  }
  return read
}

const backendPath = (rest: string): string => `/v1.41/containers/${idOf(BACKEND)}${rest}`

describe('a call that is not listed', () => {
  it.each([
    ['GET', '/images/json'],
    ['POST', '/v1.41/build'],
    ['POST', '/volumes/prune'],
    ['POST', '/containers/../images/json'],
    ['POST', `/containers/${'a'.repeat(64)}/update`],
    ['OPTIONS', '/containers/json'],
  ])('%s %s is 403 in words, and the engine never hears of it', async (method, path) => {
    const answer = await call(method, path)
    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.body)).toEqual({ message: expect.stringContaining('docker-gate') })
    expect(seen).toEqual([])
    expect(refused).toHaveLength(1)
  })

  it('on a container of another service causes a look-up and nothing more', async () => {
    expect(await call('POST', `/containers/${idOf(DASHBOARD)}/stop`)).toMatchObject({ status: 403 })
    expect(seen).toEqual([`GET /containers/${idOf(DASHBOARD)}/json`])
  })

  it('on a container that is gone is 404, as the engine would say it', async () => {
    expect(await call('POST', `/containers/${'0'.repeat(64)}/start`)).toMatchObject({ status: 404 })
  })
})

it('writes calls anew: the body that a call does not need is left behind', async () => {
  expect((await call('POST', backendPath('/start'), { HostConfig: { Privileged: true } })).status).toBe(204)
  expect(seen.at(-1)).toBe(`POST ${backendPath('/start')}`)
})

function clonesOfBackend(): { asked: Clone; whole: Clone } {
  const [asked, whole] = [cloneOf(shownContainer(BACKEND), 2), cloneOf(BACKEND, 2)]
  if ('refused' in asked || 'refused' in whole) throw new Error('the backend is no template')
  return { asked, whole }
}

it('creates a clone of the whole backend for one of what it showed, looked up in the API version of the call', async () => {
  const { asked, whole } = clonesOfBackend()
  const answer = await call('POST', `/v1.41/containers/create?name=${asked.name}`, asked.body)
  expect(answer.status).toBe(201)
  expect(seen.filter((line) => !line.startsWith('GET'))).toEqual([
    `POST /v1.41/containers/create?name=${asked.name} ${JSON.stringify(whole.body)}`,
  ])
  expect(seen.every((line) => line.includes(' /v1.41/'))).toBe(true)
})

it('creates nothing that is no clone', async () => {
  const { asked, whole } = clonesOfBackend()
  for (const body of [{ ...asked.body, User: 'root' }, whole.body])
    expect((await call('POST', `/containers/create?name=${asked.name}`, body)).status).toBe(403)
  expect(seen.filter((line) => line.startsWith('POST'))).toEqual([])
})

it('shows no environment, no place on the host and no label of others, in whatever it answers', async () => {
  const answers = [
    await call('GET', backendPath('/json')),
    await call('GET', `/containers/${idOf(FRONT_DOOR)}/json`),
    await call('GET', '/containers/json?all=true'),
    await call('GET', `/exec/${'9'.repeat(64)}/json`),
    await call('GET', '/events?filters={}'),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404, 200])
  for (const { body } of answers) for (const one of [...WITHHELD, 'SECRET']) expect(body).not.toContain(one)
  expect(answers[2]?.body).toContain(idOf(BACKEND))
  expect(answers[4]?.body).toContain('robinscope-backend-1')
})

it('asks the engine once for an inspect', async () => {
  expect((await call('GET', backendPath('/json'))).status).toBe(200)
  expect(seen).toEqual([`GET ${backendPath('/json')}`])
})

it('refuses bodies over its limit', async () => {
  const answer = await call('POST', '/containers/create?name=x', 'x'.repeat(300_000))
  expect(answer.status).toBe(413)
  expect(seen).toEqual([])
})

describe('attach', () => {
  const UPGRADE = 'Host: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n'
  const attach = `POST ${backendPath('/attach?stream=1&stdin=1&stdout=1')} HTTP/1.1\r\n${UPGRADE}`

  it('becomes a stream both ways', async () => {
    const socket = await raw(`${attach}\r\n`)
    expect(await readUntil(socket, 'hello')).toMatch(/^HTTP\/1\.1 101 /)
    socket.write('ping\n')
    expect(await readUntil(socket, 'ping\n')).toBe('echo ping\n')
    socket.end()
    await once(socket, 'close')
  })

  it("does not take its request's body for input, however it arrives", async () => {
    const socket = await raw(`${attach}Content-Length: 6\r\n\r\n{"a"`)
    await new Promise((resolve) => setImmediate(resolve))
    socket.write(':1')
    await readUntil(socket, 'hello').catch(() => '')
    socket.write('ping\n')
    expect(await readUntil(socket, 'ping\n')).not.toMatch(/[{}:]/)
    socket.destroy()
  })

  it.each([
    ['another call', `GET ${backendPath('/json')} HTTP/1.1\r\n${UPGRADE}\r\n`],
    ['an unlisted call', `POST ${backendPath('/update')} HTTP/1.1\r\n${UPGRADE}\r\n`],
    ['a container of another service', `POST /containers/${idOf(DASHBOARD)}/attach HTTP/1.1\r\n${UPGRADE}\r\n`],
    ['another protocol', attach.replace('tcp', 'h2c').concat('\r\n')],
    ['a chunked body', `${attach}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ])('is refused with 403 for %s', async (_what, lines) => {
    const socket = await raw(lines)
    expect(await readUntil(socket, '}')).toMatch(/^HTTP\/1\.1 403 /)
    expect(seen.filter((line) => line.includes('(upgrade)'))).toEqual([])
  })
})
