import { describe, expect, test } from 'vitest'
import { DEFAULT_POLICY } from '#lib/protocol/configuration.ts'
import { QUICK, type Stage } from './front-door-stage.ts'
import { listed } from './listed.ts'
import { answersItsName, deadAddress, hangs, hangsUp } from './scripted-backend.ts'

/** What happens when backends do not answer. */
export function promisesOfFailures(stage: Stage): void {
  describe('failures', () => {
    test.each(['GET', 'POST'])('a %s that meets a dead backend is rescued by the next, which shows', async (method) => {
      const dead = await deadAddress()
      const [living = ''] = await stage.startGood(1)
      await stage.put(listed(dead, living))
      const answer = await stage.client.send({ method, ...(method === 'POST' ? { body: 'hello' } : {}) })
      expect(answer).toMatchObject({ status: 200, text: 'a', addresses: [dead, living], statuses: ['502', '200'] })
      expect(answer.headers['x-upstream-response-time']).toMatch(/^\d\.\d{3}, -$/)
      expect(answer.headers['x-upstream-header-time']).toMatch(/^-, \d\.\d{3}$/)
      expect(answer.headers['x-upstream-connect-time']).toMatch(/^-, \d\.\d{3}$/)
      const next = await stage.client.burst(10)
      expect(next.map(({ addresses }) => addresses)).toEqual(next.map(() => [living]))
    })

    test('when all are dead there is a 502 with every attempt, then nobody is left to ask', async () => {
      const dead = [await deadAddress(), await deadAddress()]
      await stage.put(listed(...dead))
      expect(await stage.client.send()).toMatchObject({ status: 502, addresses: dead, statuses: ['502', '502'] })
      expect(await stage.client.send()).toMatchObject({ status: 502, addresses: ['backend'], statuses: ['502'] })
    })

    test('a single one is asked again and again, and nothing is retried', async () => {
      const dead = await deadAddress()
      await stage.put(listed(dead))
      for (const answer of await stage.client.burst(3))
        expect(answer).toMatchObject({ status: 502, addresses: [dead], statuses: ['502'] })
    })

    test('no more attempts than the policy allows', async () => {
      const dead = await Promise.all(Array.from({ length: 4 }, deadAddress))
      await stage.put(listed(...dead), { ...DEFAULT_POLICY, nextUpstreamTries: 2 })
      expect((await stage.client.send()).statuses).toEqual(['502', '502'])
    })

    test('a GET to one that never answers is asked elsewhere after the read timeout', async () => {
      const addresses = await stage.start([hangs, answersItsName])
      await stage.put(listed(...addresses), QUICK)
      expect(await stage.client.send()).toMatchObject({ status: 200, text: 'b', addresses, statuses: ['504', '200'] })
    })

    test('a POST to one that never answers is not sent twice: 504', async () => {
      const addresses = await stage.start([hangs, answersItsName])
      await stage.put(listed(...addresses), QUICK)
      const answer = await stage.client.send({ method: 'POST', body: 'once' })
      expect(answer).toMatchObject({ status: 504, addresses: [addresses[0]], statuses: ['504'] })
      expect(stage.backends.map((backend) => backend.seen.length)).toEqual([1, 0])
    })

    test.each([
      ['GET', 200, ['502', '200'], [1, 1]],
      ['PUT', 200, ['502', '200'], [1, 1]],
      ['POST', 502, ['502'], [1, 0]],
    ])('a %s to one that hangs up ends as %i', async (method, status, statuses, seen) => {
      const addresses = await stage.start([hangsUp, answersItsName])
      await stage.put(listed(...addresses))
      const answer = await stage.client.send({ method, ...(method === 'GET' ? {} : { body: 'hello' }) })
      expect(answer).toMatchObject({ status, statuses })
      expect(stage.backends.map((backend) => backend.seen.length)).toEqual(seen)
    })

    test('an answer that breaks off is cut for the client too', async () => {
      const [address = ''] = await stage.start([
        (request, response) => {
          response.writeHead(200, { 'Content-Length': '100000' })
          response.write('x'.repeat(50_000), () => setTimeout(() => request.socket.destroy(), 50))
        },
      ])
      await stage.put(listed(address))
      await expect(stage.client.send({ method: 'PUT' })).rejects.toThrow()
    })
  })
}
