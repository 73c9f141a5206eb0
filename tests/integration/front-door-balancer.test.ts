import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { FrontDoor } from '#lib/front-door/front-door.ts'
import { openBalancer } from '#lib/front-door/open-balancer.ts'
import type { Guardian } from '#lib/guardian/guardian.ts'
import { openGuardian } from '#lib/guardian/open-guardian.ts'
import type { ConfiguredServer } from '#lib/protocol/configuration.ts'
import { frontDoorClient } from '#tests/contract/front-door-client.ts'
import { listed, put, untilUnreachable } from '#tests/contract/listed.ts'
import { type Manners, type ScriptedBackend, startBackend } from '#tests/contract/scripted-backend.ts'
import { descendantsOf } from '#tests/processes.ts'
import { until } from '#tests/until.ts'

const log = (): void => {}
let guardian: Guardian
let door: FrontDoor
let backends: ScriptedBackend[] = []
let inList: ConfiguredServer[] = []

/** Puts one backend per manner into the list. */
async function list(...manners: Manners[]): Promise<string> {
  const started = await Promise.all(manners.map((manner, index) => startBackend(String(index), manner)))
  backends = [...backends, ...started]
  inList = listed(...started.map(({ address }) => address))
  return put(door, inList)
}

/** Sends these bytes and gives all that comes back until the connection ends. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(door.target(), () => socket.write(bytes))
    let got = ''
    socket.setTimeout(5_000, () => socket.destroy(new Error('no end')))
    socket.on('data', (chunk) => {
      got += chunk
    })
    socket.once('error', reject)
    socket.once('end', () => resolve(got))
  })
}

const tellsHeaders: Manners = (request, response) => {
  request.resume().once('end', () => response.end(JSON.stringify([request.url, request.rawHeaders])))
}

beforeAll(async () => {
  guardian = await openGuardian({ log })
  door = await openBalancer({ guardian, port: 0, log })
})
afterEach(async () => {
  await put(door, [])
  await Promise.all(backends.map((backend) => backend.close()))
  backends = []
})
afterAll(async () => {
  await door.close()
  await guardian.close()
})

test('what belongs to one hop stays there, in both directions', async () => {
  await list((request, response) => {
    response.writeHead(200, ['Connection', 'x-theirs', 'X-Theirs', '1', 'X-Kept', '2', 'Keep-Alive', 'timeout=9'])
    response.end(JSON.stringify(request.rawHeaders))
  })
  const answer = await raw(
    'GET / HTTP/1.1\r\nHost: h\r\nX-Mine: 1\r\nX-Kept: 2\r\nTE: trailers\r\nProxy-Connection: x\r\nConnection: close, X-Mine\r\n\r\n',
  )
  expect(answer).toContain('["Host","h","X-Kept","2","Connection","keep-alive"]')
  expect(answer).toMatch(/X-Kept: 2/)
  expect(answer).not.toMatch(/X-Theirs|timeout=9/i)
})

test('a request target in absolute form loses its origin (RFC 9112, section 3.2.2), any other is refused', async () => {
  await list(tellsHeaders)
  const line = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`
  expect(await raw(line('http://elsewhere.example/a?b=1'))).toContain('["/a?b=1",')
  expect(await raw(line('ftp://elsewhere.example/'))).toMatch(/^HTTP\/1.1 400 /)
})

test('a request whose length is said in two ways is refused (RFC 9112, section 6.3)', async () => {
  await list(tellsHeaders)
  const smuggled = await raw(
    'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n',
  )
  expect(smuggled).toMatch(/^HTTP\/1.1 400 /)
  expect(backends[0]?.seen).toEqual([])
})

test('an upgrade is not passed on', async () => {
  await list(tellsHeaders)
  const answer = await raw('GET / HTTP/1.1\r\nHost: h\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1.1 200 /)
  expect(answer).not.toMatch(/websocket/)
})

test('when the client leaves, its backend is let go', async () => {
  let isGone = false
  let isThere = false
  await list((request) => {
    isThere = true
    request.socket.once('close', () => {
      isGone = true
    })
  })
  const leaving = new AbortController()
  const asked = fetch(`http://127.0.0.1:${door.target().port}/`, { signal: leaving.signal }).catch(() => null)
  await until('the request is there', () => isThere)
  leaving.abort()
  await asked
  await until('its connection to the backend is closed', () => isGone, 30_000)
})

test('a request that is under way keeps its list, and its backend can be reached until it is over', async () => {
  let finish = (): void => {}
  const before = await list((_request, response) => {
    response.write('x')
    finish = () => response.end()
  })
  const client = frontDoorClient(door.target(), 2)
  const slow = fetch(`http://127.0.0.1:${door.target().port}/`)
  expect((await slow).headers.get('x-front-door-generation')).toBe(before)
  const old = inList
  const after = await list((_request, response) => response.end('new'))
  expect(await client.send()).toMatchObject({ text: 'new', generation: after })
  expect(old.map(({ backend }) => door.membership.mayReach(backend))).toEqual([true])
  finish()
  await (await slow).text()
  await untilUnreachable(door, old)
  client.close()
})

test.runIf(process.platform === 'linux')(
  'when its process dies it comes back on the same port with the same list',
  async () => {
    const generation = await list((_request, response) => response.end('a'))
    const { port } = door.target()
    const states: string[] = []
    const stop = door.subscribe({ changed: () => states.push(door.status()) })
    const isBalancer = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('balancer-child')
    process.kill(descendantsOf(process.pid).find(isBalancer) ?? 0, 'SIGKILL')
    // A change from before the kill may still be told: the last list's, whose requests have ended.
    const told = (): string => states.filter((state, at) => state !== states[at - 1]).join()
    await until('it is up again', () => /^(up,)?down,up$/.test(told()), 30_000)
    stop()
    expect(door.target().port).toBe(port)
    const client = frontDoorClient(door.target())
    expect(await client.send()).toMatchObject({ text: 'a', generation })
    client.close()
  },
)

test.each([
  ['a status below 100', 'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'],
  ['another protocol that nobody asked for', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
  ['a control character in its reason phrase', 'HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n'],
])('an answer with %s is no answer, and the balancer lives on', async (_what, bytes) => {
  const odd = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(bytes, 'latin1'))
  })
  await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve))
  const states: string[] = []
  const stop = door.subscribe({ changed: () => states.push(door.status()) })
  await put(door, listed(`127.0.0.1:${(odd.address() as AddressInfo).port}`))
  const client = frontDoorClient(door.target())
  expect((await client.send()).status).toBe(502)
  await list((_request, response) => response.end('a'))
  expect((await client.send()).text).toBe('a')
  expect(states.filter((state) => state !== 'up')).toEqual([])
  stop()
  client.close()
  odd.close()
})

test('trailers are announced to nobody, since none are passed on', async () => {
  await list((request, response) => {
    response.writeHead(200, ['Trailer', 'X-Sum', 'Transfer-Encoding', 'chunked'])
    response.end(JSON.stringify(request.rawHeaders))
  })
  const answer = await raw('GET / HTTP/1.1\r\nHost: h\r\nTrailer: Expires\r\nConnection: close\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1.1 200 /)
  expect(answer).not.toMatch(/trailer/i)
})

test('a list whose acceptance is late is not taken for a list that failed', async () => {
  const before = await list((_request, response) => response.end('a'))
  const isBalancer = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('balancer-child')
  const balancer = descendantsOf(process.pid).find(isBalancer) ?? 0
  process.kill(balancer, 'SIGSTOP')
  const late = listed('127.0.0.1:1')
  await expect(put(door, late)).rejects.toMatchObject({ problem: { code: 'not-reached', stage: 'reloaded' } })
  expect(door.membership.generation()).toBeNull()
  expect(late.map(({ backend }) => door.membership.mayReach(backend))).toEqual([true])
  process.kill(balancer, 'SIGCONT')
  const after = await list((_request, response) => response.end('b'))
  expect(door.membership.generation()).toBe(after)
  expect(after).not.toBe(before)
})

test('a port that is taken is named, with the way out', async () => {
  const squatter = createServer()
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve))
  const address = squatter.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await expect(openBalancer({ guardian, port, log })).rejects.toMatchObject({
    name: 'PortBusyError',
    message: expect.stringMatching(new RegExp(`Port ${port} is taken .*FRONT_DOOR_PORT=`)),
  })
  squatter.close()
})
