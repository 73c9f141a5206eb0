import { describe, expect, test } from 'vitest'
import { frontDoorClient } from './front-door-client.ts'
import type { Stage } from './front-door-stage.ts'
import { listed } from './listed.ts'
import { answersItsName } from './scripted-backend.ts'

/** Who is asked next, and what the answer says of it. */
export function promisesOfTurns(stage: Stage): void {
  describe('turns', () => {
    test.each([2, 3, 5])('strict with %i backends, one request at a time', async (count) => {
      await stage.put(listed(...(await stage.startGood(count))))
      const names = (await stage.client.burst(count * 40)).map((answer) => answer.text)
      for (const [index, name] of names.entries()) if (index >= count) expect(name).toBe(names[index - count])
      expect(new Set(names.slice(0, count)).size).toBe(count)
    })

    test('counts differ by at most one with 64 requests at once', async () => {
      await stage.put(listed(...(await stage.startGood(3))))
      const many = frontDoorClient(stage.door.target(), 64)
      expect(await many.burst(2_000)).toHaveLength(2_000)
      many.close()
      const counts = stage.backends.map((backend) => backend.seen.length)
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    })

    test('weights 5, 1, 1 come smoothly', async () => {
      const [first = '', second = '', third = ''] = await stage.startGood(3)
      const weighted = [...listed(first, second, third)].map((one, index) => ({ ...one, weight: index === 0 ? 5 : 1 }))
      await stage.put(weighted)
      expect((await stage.client.burst(14)).map((answer) => answer.text).join('')).toBe('aabacaaaabacaa')
    })

    test('one that is marked down gets nothing', async () => {
      const [first = '', second = ''] = await stage.startGood(2)
      await stage.put([...listed(first), ...listed(second).map((one) => ({ ...one, state: 'down' as const }))])
      expect((await stage.client.burst(6)).map((answer) => answer.text).join('')).toBe('aaaaaa')
    })

    test('the icon and the health check take none, and carry the generation', async () => {
      const generation = await stage.put(listed(...(await stage.startGood(2))))
      const names: string[] = []
      for (let round = 0; round < 20; round++) {
        names.push((await stage.client.send()).text)
        const icon = await stage.client.send({ path: '/favicon.ico' })
        expect([icon.status, icon.generation]).toEqual([204, generation])
        expect(icon.headers['cache-control']).toMatch(/max-age=\d+/)
        const health = await stage.client.send({ path: '/__front-door/health' })
        expect([health.status, health.text, health.generation]).toEqual([200, 'ok\n', generation])
        expect(health.addresses).toEqual([])
      }
      expect(new Set(names.filter((_, index) => index % 2 === 0)).size).toBe(1)
      expect(names[0]).not.toBe(names[1])
    })
  })

  describe('what an answer says of its way', () => {
    test('generation, one attempt, and times in seconds', async () => {
      const addresses = await stage.startGood(2)
      const generation = await stage.put(listed(...addresses))
      expect(stage.door.membership.generation()).toBe(generation)
      const { headers, ...answer } = await stage.client.send()
      expect(answer).toMatchObject({ status: 200, text: 'a', generation, addresses: [addresses[0]], statuses: ['200'] })
      expect(headers['x-upstream-header-time']).toMatch(/^\d+\.\d{3}$/)
      expect(headers['x-upstream-connect-time']).toMatch(/^\d+\.\d{3}$/)
      expect(headers['x-upstream-response-time']).toBe('-')
    })

    test('a backend cannot say it in its place', async () => {
      const [address = ''] = await stage.start([
        (_request, response) => response.setHeader('X-Upstream-Addr', '9.9.9.9:9').end('x'),
      ])
      await stage.put(listed(address))
      expect((await stage.client.send()).addresses).toEqual([address])
    })

    test('an error status of a backend is its answer, not a failure', async () => {
      const addresses = await stage.start([
        (_request, response) => response.writeHead(503).end('sorry'),
        answersItsName,
      ])
      await stage.put(listed(...addresses))
      expect(await stage.client.send()).toMatchObject({ status: 503, text: 'sorry', statuses: ['503'] })
    })
  })
}
