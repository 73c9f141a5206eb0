import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import { readyLineSchema, serviceLineSchema } from '#lib/protocol/service-lines.ts'

const ENTRY = new URL('../../service/server.ts', import.meta.url).pathname
const BACKEND = 'a1b2c3d4e5f6'
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

async function startService(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [ENTRY], {
    env: { NODE_ENV: 'test', SERVICE_HOST: '127.0.0.1', SERVICE_PORT: '0', SERVICE_HOSTNAME: BACKEND, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextLine = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value))
  const ready = readyLineSchema.parse(await nextLine())
  const exited = once(child, 'exit').then(([code]) => code)
  return { child, ready, nextLine, exited, tell: (line: string) => child.stdin.write(`${line}\n`) }
}

async function call(port: number, method: string, body?: string): Promise<{ answer: IncomingMessage; body: string }> {
  const headers = body === undefined ? {} : { 'Content-Length': body.length }
  const sending = request({ host: '127.0.0.1', port, method, path: '/any/path?of=it', headers, agent: false })
  sending.end(body)
  const [answer] = (await once(sending, 'response')) as [IncomingMessage]
  return { answer, body: await text(answer) }
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.setEncoding('latin1')
  await once(socket, 'connect')
  // Whoever reads is told; a connection that nobody reads may be reset when the other side ends.
  socket.on('error', () => undefined)
  return socket
}

async function readUntil(socket: Socket, mark: RegExp): Promise<string> {
  let seen = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    seen += chunk
    if (mark.test(seen)) return seen
  }
  return seen
}

it('says on standard output that it listens, and where', async () => {
  const { ready } = await startService()
  expect(ready).toEqual({ event: 'listening', backend: BACKEND, port: expect.any(Number) })
})

it.each(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'])('answers %s on any path with its hostname', async (method) => {
  const { ready } = await startService()
  const { answer, body } = await call(ready.port, method, method === 'GET' ? undefined : 'x'.repeat(200_000))
  expect(answer.statusCode).toBe(200)
  expect(body).toBe(`${BACKEND}\n`)
  expect(answer.headers).toMatchObject({
    'content-type': 'text/plain',
    'content-length': '13',
    'cache-control': 'no-store',
    'x-backend': BACKEND,
  })
})

it('answers HEAD with the same headers and no body', async () => {
  const { ready } = await startService()
  const { answer, body } = await call(ready.port, 'HEAD')
  expect(answer.headers['content-length']).toBe('13')
  expect(body).toBe('')
})

it('answers pipelined requests in order on one kept connection', async () => {
  const { ready } = await startService()
  const socket = await open(ready.port)
  const post = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc'
  socket.write(`GET /1 HTTP/1.1\r\nHost: x\r\n\r\n${post}HEAD /3 HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.0\r\n\r\n`)
  const seen = await readUntil(socket, /never/)
  expect(seen.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(4)
  expect(seen.match(/\r\n\r\na1b2c3d4e5f6\n/g)).toHaveLength(3)
})

it('obeys lines on standard input and outlives nonsense', async () => {
  const { tell, nextLine } = await startService()
  for (const nonsense of ['{', '[1]', '{"id":1}', 'x'.repeat(1_000_000), '{"id":2,"command":"__proto__"}']) {
    tell(nonsense)
    expect(await nextLine()).toMatchObject({ event: 'answer', ok: false })
  }
  tell('{"id":3,"command":"ping"}')
  expect(serviceLineSchema.parse(await nextLine())).toEqual({ event: 'answer', id: 3, ok: true })
})

it('stays when standard input ends, as in a container without one', async () => {
  const { child, ready } = await startService()
  child.stdin.end()
  const { body } = await call(ready.port, 'GET')
  expect(body).toBe(`${BACKEND}\n`)
})

it('goes when standard input ends, if told so', async () => {
  const { child, exited } = await startService({ SERVICE_EXIT_WITH_STDIN: '1' })
  child.stdin.end()
  expect(await exited).toBe(0)
})

it('names the reason and exits with 1 when its port is taken', async () => {
  const { ready } = await startService()
  const second = spawn(process.execPath, [ENTRY], {
    env: { NODE_ENV: 'test', SERVICE_HOST: '127.0.0.1', SERVICE_PORT: String(ready.port) },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  children.push(second)
  const said = text(second.stderr)
  expect(await once(second, 'exit')).toEqual([1, null])
  expect(await said).toContain('EADDRINUSE')
})

it('at SIGTERM is not held by idle or silent connections', async () => {
  const { child, ready, nextLine, exited } = await startService({ SERVICE_GRACE_MS: '60000' })
  const idle = await open(ready.port)
  idle.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await readUntil(idle, /a1b2c3d4e5f6\n$/)
  await open(ready.port)
  child.kill('SIGTERM')
  expect(await nextLine()).toEqual({ event: 'draining', inFlight: 0 })
  expect(await exited).toBe(0)
})

it('at SIGTERM finishes what is in flight, says Connection: close, refuses new connections, and exits with 0', async () => {
  const { child, ready, nextLine, exited } = await startService({ SERVICE_GRACE_MS: '60000' })
  const socket = await open(ready.port)
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc')
  const kept = await open(ready.port)
  kept.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await readUntil(kept, /a1b2c3d4e5f6\n$/)
  child.kill('SIGTERM')
  expect(serviceLineSchema.parse(await nextLine())).toEqual({ event: 'draining', inFlight: 1 })
  kept.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  expect(await readUntil(kept, /a1b2c3d4e5f6\n$/)).toMatch(/^connection: close/im)
  await expect(open(ready.port)).rejects.toThrow(/ECONNREFUSED/)
  socket.write('def')
  const seen = await readUntil(socket, /never/)
  expect(seen).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*connection: close[\s\S]*a1b2c3d4e5f6\n$/i)
  expect(await exited).toBe(0)
})

it('at SIGTERM waits for a request whose head is half sent', async () => {
  const { child, ready, nextLine, exited } = await startService({ SERVICE_GRACE_MS: '60000' })
  const socket = await open(ready.port)
  socket.write('GET / HTTP/1.1\r\nHo')
  await call(ready.port, 'GET')
  child.kill('SIGTERM')
  await nextLine()
  await expect.poll(() => open(ready.port).then(() => 'open', String)).toMatch(/ECONNREFUSED/)
  socket.write('st: x\r\n\r\n')
  expect(await readUntil(socket, /never/)).toMatch(/connection: close/i)
  expect(await exited).toBe(0)
})

it('at SIGTERM waits no longer than its grace period', async () => {
  const { child, ready, exited } = await startService({ SERVICE_GRACE_MS: '300' })
  const socket = await open(ready.port)
  socket.on('error', () => {})
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc')
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
})
