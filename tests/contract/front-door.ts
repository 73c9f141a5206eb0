import { request } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_POLICY, type FrontDoor, type Policy } from '#lib/front-door/front-door.ts'
import { type Client, frontDoorClient } from './front-door-client.ts'
import {
  answersItsName,
  deadAddress,
  hangs,
  hangsUp,
  type Manners,
  type ScriptedBackend,
  startBackend,
} from './scripted-backend.ts'

const QUICK: Policy = { ...DEFAULT_POLICY, readTimeoutMs: 300 }
const listed = (...addresses: string[]) => addresses.map((address) => ({ address, weight: 1, down: false }))
const letters = 'abcdefgh'

/** What every front door promises, whichever it is. */
export function frontDoorContract(open: () => Promise<{ door: FrontDoor; close: () => Promise<void> }>): void {
  let door: FrontDoor
  let closeAll: () => Promise<void>
  let client: Client
  let backends: ScriptedBackend[] = []

  const start = async (manners: Manners[]): Promise<string[]> => {
    backends = await Promise.all(manners.map((manner, index) => startBackend(letters[index] ?? '?', manner)))
    return backends.map((backend) => backend.address)
  }
  const startGood = (count: number): Promise<string[]> => start(Array.from({ length: count }, () => answersItsName))

  beforeAll(async () => {
    const opened = await open()
    door = opened.door
    closeAll = opened.close
    client = frontDoorClient(door.target())
  })
  afterEach(async () => {
    await door.apply([], DEFAULT_POLICY)
    await Promise.all(backends.map((backend) => backend.close()))
    backends = []
  })
  afterAll(async () => {
    client.close()
    await closeAll()
  })

  describe('turns', () => {
    test.each([2, 3, 5])('strict with %i backends, one request at a time', async (count) => {
      await door.apply(listed(...(await startGood(count))), DEFAULT_POLICY)
      const names = (await client.burst(count * 40)).map((answer) => answer.text)
      for (const [index, name] of names.entries()) if (index >= count) expect(name).toBe(names[index - count])
      expect(new Set(names.slice(0, count)).size).toBe(count)
    })

    test('counts differ by at most one with 64 requests at once', async () => {
      await door.apply(listed(...(await startGood(3))), DEFAULT_POLICY)
      const many = frontDoorClient(door.target(), 64)
      expect(await many.burst(2_000)).toHaveLength(2_000)
      many.close()
      const counts = backends.map((backend) => backend.seen.length)
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    })

    test('weights 5, 1, 1 come smoothly', async () => {
      const [first = '', second = '', third = ''] = await startGood(3)
      const weighted = [...listed(first, second, third)].map((one, index) => ({ ...one, weight: index === 0 ? 5 : 1 }))
      await door.apply(weighted, DEFAULT_POLICY)
      expect((await client.burst(14)).map((answer) => answer.text).join('')).toBe('aabacaaaabacaa')
    })

    test('one that is marked down gets nothing', async () => {
      const [first = '', second = ''] = await startGood(2)
      await door.apply([...listed(first), { address: second, weight: 1, down: true }], DEFAULT_POLICY)
      expect((await client.burst(6)).map((answer) => answer.text).join('')).toBe('aaaaaa')
    })

    test('the icon and the health check take none, and carry the generation', async () => {
      const generation = await door.apply(listed(...(await startGood(2))), DEFAULT_POLICY)
      const names: string[] = []
      for (let round = 0; round < 20; round++) {
        names.push((await client.send()).text)
        const icon = await client.send({ path: '/favicon.ico' })
        expect([icon.status, icon.generation]).toEqual([204, generation])
        expect(icon.headers['cache-control']).toMatch(/max-age=\d+/)
        const health = await client.send({ path: '/__front-door/health' })
        expect([health.status, health.text, health.generation]).toEqual([200, 'ok\n', generation])
        expect(health.addresses).toEqual([])
      }
      expect(new Set(names.filter((_, index) => index % 2 === 0)).size).toBe(1)
      expect(names[0]).not.toBe(names[1])
    })
  })

  describe('what an answer says of its way', () => {
    test('generation, one attempt, and times in seconds', async () => {
      const addresses = await startGood(2)
      const generation = await door.apply(listed(...addresses), DEFAULT_POLICY)
      expect(door.generation()).toBe(generation)
      const { headers, ...answer } = await client.send()
      expect(answer).toMatchObject({ status: 200, text: 'a', generation, addresses: [addresses[0]], statuses: ['200'] })
      expect(headers['x-upstream-header-time']).toMatch(/^\d+\.\d{3}$/)
      expect(headers['x-upstream-connect-time']).toMatch(/^\d+\.\d{3}$/)
      expect(headers['x-upstream-response-time']).toBe('-')
    })

    test('a backend cannot say it in its place', async () => {
      const [address = ''] = await start([
        (_request, response) => response.setHeader('X-Upstream-Addr', '9.9.9.9:9').end('x'),
      ])
      await door.apply(listed(address), DEFAULT_POLICY)
      expect((await client.send()).addresses).toEqual([address])
    })

    test('an error status of a backend is its answer, not a failure', async () => {
      const addresses = await start([(_request, response) => response.writeHead(503).end('sorry'), answersItsName])
      await door.apply(listed(...addresses), DEFAULT_POLICY)
      expect(await client.send()).toMatchObject({ status: 503, text: 'sorry', statuses: ['503'] })
    })
  })

  describe('failures', () => {
    test.each(['GET', 'POST'])('a %s that meets a dead backend is rescued by the next, which shows', async (method) => {
      const dead = await deadAddress()
      const [living = ''] = await startGood(1)
      await door.apply(listed(dead, living), DEFAULT_POLICY)
      const answer = await client.send({ method, ...(method === 'POST' ? { body: 'hello' } : {}) })
      expect(answer).toMatchObject({ status: 200, text: 'a', addresses: [dead, living], statuses: ['502', '200'] })
      expect(answer.headers['x-upstream-response-time']).toMatch(/^\d\.\d{3}, -$/)
      expect(answer.headers['x-upstream-header-time']).toMatch(/^-, \d\.\d{3}$/)
      expect(answer.headers['x-upstream-connect-time']).toMatch(/^-, \d\.\d{3}$/)
      const next = await client.burst(10)
      expect(next.map(({ addresses }) => addresses)).toEqual(next.map(() => [living]))
    })

    test('when all are dead there is a 502 with every attempt, then nobody is left to ask', async () => {
      const dead = [await deadAddress(), await deadAddress()]
      await door.apply(listed(...dead), DEFAULT_POLICY)
      expect(await client.send()).toMatchObject({ status: 502, addresses: dead, statuses: ['502', '502'] })
      expect(await client.send()).toMatchObject({ status: 502, addresses: ['backend'], statuses: ['502'] })
    })

    test('a single one is asked again and again, and nothing is retried', async () => {
      const dead = await deadAddress()
      await door.apply(listed(dead), DEFAULT_POLICY)
      for (const answer of await client.burst(3))
        expect(answer).toMatchObject({ status: 502, addresses: [dead], statuses: ['502'] })
    })

    test('no more attempts than the policy allows', async () => {
      const dead = await Promise.all(Array.from({ length: 4 }, deadAddress))
      await door.apply(listed(...dead), { ...DEFAULT_POLICY, nextUpstreamTries: 2 })
      expect((await client.send()).statuses).toEqual(['502', '502'])
    })

    test('a GET to one that never answers is asked elsewhere after the read timeout', async () => {
      const addresses = await start([hangs, answersItsName])
      await door.apply(listed(...addresses), QUICK)
      expect(await client.send()).toMatchObject({ status: 200, text: 'b', addresses, statuses: ['504', '200'] })
    })

    test('a POST to one that never answers is not sent twice: 504', async () => {
      const addresses = await start([hangs, answersItsName])
      await door.apply(listed(...addresses), QUICK)
      const answer = await client.send({ method: 'POST', body: 'once' })
      expect(answer).toMatchObject({ status: 504, addresses: [addresses[0]], statuses: ['504'] })
      expect(backends.map((backend) => backend.seen.length)).toEqual([1, 0])
    })

    test.each([
      ['GET', 200, ['502', '200'], [1, 1]],
      ['PUT', 200, ['502', '200'], [1, 1]],
      ['POST', 502, ['502'], [1, 0]],
    ])('a %s to one that hangs up ends as %i', async (method, status, statuses, seen) => {
      const addresses = await start([hangsUp, answersItsName])
      await door.apply(listed(...addresses), DEFAULT_POLICY)
      const answer = await client.send({ method, ...(method === 'GET' ? {} : { body: 'hello' }) })
      expect(answer).toMatchObject({ status, statuses })
      expect(backends.map((backend) => backend.seen.length)).toEqual(seen)
    })

    test('an answer that breaks off is cut for the client too', async () => {
      const [address = ''] = await start([
        (request, response) => {
          response.writeHead(200, { 'Content-Length': '100000' })
          response.write('x'.repeat(50_000), () => setTimeout(() => request.socket.destroy(), 50))
        },
      ])
      await door.apply(listed(address), DEFAULT_POLICY)
      await expect(client.send({ method: 'PUT' })).rejects.toThrow()
    })
  })

  describe('lists', () => {
    test('an empty one is answered by the front door alone', async () => {
      const generation = await door.apply([], DEFAULT_POLICY)
      expect(await client.send()).toMatchObject({ status: 502, generation, addresses: ['backend'], statuses: ['502'] })
    })

    test.each([
      '127.0.0.1:80; } server 127.0.0.1:81',
      'localhost:80',
      '127.0.0.1',
      '127.0.0.1:0',
      '127.0.0.1:80\n',
      '999.0.0.1:80',
      'unix:/tmp/x',
    ])('one with %j is refused and changes nothing', async (address) => {
      const generation = await door.apply(listed(...(await startGood(1))), DEFAULT_POLICY)
      const problem = { code: 'not-reached', stage: 'listed', cause: expect.stringContaining('IP address') }
      await expect(door.apply(listed(address), DEFAULT_POLICY)).rejects.toMatchObject({ problem })
      expect(door.generation()).toBe(generation)
      expect(await client.send()).toMatchObject({ status: 200, text: 'a', generation })
    })

    test('a policy out of its bounds is refused likewise', async () => {
      const refused = door.apply([], { ...DEFAULT_POLICY, readTimeoutMs: -1 })
      await expect(refused).rejects.toMatchObject({ problem: { code: 'not-reached', stage: 'listed' } })
    })

    test('a new list under load loses nothing, and new connections see only it', async () => {
      const addresses = await startGood(3)
      await door.apply(listed(...addresses), DEFAULT_POLICY)
      const many = frontDoorClient(door.target(), 8)
      let isOver = false
      const load = (async () => {
        const answers = []
        while (!isOver) answers.push(...(await many.burst(200)))
        return answers
      })()
      for (let round = 0; round < 4; round++) {
        const generation = await door.apply(listed(...addresses.slice(round % 2)), DEFAULT_POLICY)
        const fresh = frontDoorClient(door.target())
        expect((await fresh.send()).generation).toBe(generation)
        fresh.close()
        await door.settled()
      }
      isOver = true
      const answers = await load
      many.close()
      expect(answers.filter((answer) => answer.status !== 200 || answer.addresses.length !== 1)).toEqual([])
      expect(backends.reduce((sum, backend) => sum + backend.seen.length, 0)).toBe(answers.length + 4)
    })
  })

  describe('bodies', () => {
    const echo: Manners = (request, response) => void request.pipe(response)

    test('of a POST arrive whole and come back whole', async () => {
      await door.apply(listed(...(await start([echo]))), DEFAULT_POLICY)
      for (const size of [1, 1_000, 65_536, 65_537, 4_000_000]) {
        const body = Buffer.alloc(size, 'robinscope ')
        const answer = await client.send({ method: 'POST', body, headers: { 'Content-Length': String(size) } })
        expect(answer.status).toBe(200)
        expect(answer.body.equals(body)).toBe(true)
      }
    })

    test('without a length do too', async () => {
      await door.apply(listed(...(await start([echo]))), DEFAULT_POLICY)
      const answer = await client.send({ method: 'POST', body: 'abc', headers: { 'Transfer-Encoding': 'chunked' } })
      expect(answer).toMatchObject({ status: 200, text: 'abc' })
    })

    test('a client that is slow to send or to read is no failure of its backend', async () => {
      const takesThenGives: Manners = (request, response) => {
        request.resume().once('end', () => response.end('y'.repeat(4_000_000)))
      }
      const addresses = await start([takesThenGives, takesThenGives])
      await door.apply(listed(...addresses), QUICK)
      const { host, port } = door.target()
      const half = 'x'.repeat(2_000_000)
      const got = await new Promise<number>((resolve, reject) => {
        const asked = request({ host, port, method: 'POST', headers: { 'Content-Length': '4000000' } }, (answer) => {
          let length = 0
          answer.pause()
          setTimeout(() => answer.resume(), QUICK.readTimeoutMs * 2)
          answer.on('data', (chunk: Buffer) => {
            length += chunk.length
          })
          answer.once('error', reject)
          answer.once('end', () => resolve(answer.headers['x-upstream-status'] === '200' ? length : -1))
        })
        asked.once('error', reject)
        asked.write(half)
        setTimeout(() => asked.end(half), QUICK.readTimeoutMs * 2)
      })
      expect(got).toBe(4_000_000)
    })

    test('a HEAD has none, and keeps its headers', async () => {
      const [address = ''] = await start([
        (_request, response) => response.setHeader('Content-Length', '5').end('hello'),
      ])
      await door.apply(listed(address), DEFAULT_POLICY)
      const answer = await client.send({ method: 'HEAD' })
      expect(answer).toMatchObject({ status: 200, text: '', addresses: [address] })
      expect(answer.headers['content-length']).toBe('5')
    })

    test('an answer is passed on while its backend still makes it', async () => {
      let finish = (): void => {}
      const [address = ''] = await start([
        (_request, response) => {
          response.write('x'.repeat(300_000))
          finish = () => response.end('y')
        },
      ])
      await door.apply(listed(address), DEFAULT_POLICY)
      const response = await fetch(`http://127.0.0.1:${door.target().port}/`)
      const reader = response.body?.getReader()
      let got = (await reader?.read())?.value?.length ?? 0
      expect(got).toBeGreaterThan(0)
      finish()
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) got += part.value.length
      expect(got).toBe(300_001)
    })
  })

  test('closing it twice is closing it once, and frees the port', async () => {
    const opened = await open()
    const { port } = opened.door.target()
    expect(opened.door.status()).toBe('up')
    await Promise.all([opened.door.close(), opened.door.close()])
    expect(opened.door.status()).toBe('down')
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
    await opened.close()
  })
}
