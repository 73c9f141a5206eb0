import { describe, expect, test } from 'vitest'
import { DEFAULT_POLICY } from '#lib/protocol/configuration.ts'
import { frontDoorClient } from './front-door-client.ts'
import type { Stage } from './front-door-stage.ts'
import { listed, untilUnreachable } from './listed.ts'

/** How lists change. */
export function promisesOfLists(stage: Stage): void {
  describe('lists', () => {
    test('an empty one is answered by the front door alone', async () => {
      const generation = await stage.put([])
      expect(await stage.client.send()).toMatchObject({
        status: 502,
        generation,
        addresses: ['backend'],
        statuses: ['502'],
      })
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
      const generation = await stage.put(listed(...(await stage.startGood(1))))
      const problem = { code: 'not-reached', stage: 'listed', cause: expect.stringContaining('IP address') }
      await expect(stage.put(listed(address))).rejects.toMatchObject({ problem })
      expect(stage.door.membership.generation()).toBe(generation)
      expect(await stage.client.send()).toMatchObject({ status: 200, text: 'a', generation })
    })

    test('a policy out of its bounds is refused likewise', async () => {
      const refused = stage.put([], { ...DEFAULT_POLICY, readTimeoutMs: -1 })
      await expect(refused).rejects.toMatchObject({ problem: { code: 'not-reached', stage: 'listed' } })
    })

    test('a new list under load loses nothing, and new connections see only it', async () => {
      const addresses = await stage.startGood(3)
      let before = listed(...addresses)
      await stage.put(before)
      const many = frontDoorClient(stage.door.target(), 8)
      let isOver = false
      const load = (async () => {
        const answers = []
        while (!isOver) answers.push(...(await many.burst(200)))
        return answers
      })()
      for (let round = 0; round < 4; round++) {
        const servers = listed(...addresses.slice(round % 2))
        const generation = await stage.put(servers)
        const fresh = frontDoorClient(stage.door.target())
        expect((await fresh.send()).generation).toBe(generation)
        fresh.close()
        await untilUnreachable(stage.door, before)
        before = servers
      }
      isOver = true
      const answers = await load
      many.close()
      expect(answers.filter((answer) => answer.status !== 200 || answer.addresses.length !== 1)).toEqual([])
      expect(stage.backends.reduce((sum, backend) => sum + backend.seen.length, 0)).toBe(answers.length + 4)
    })
  })
}
