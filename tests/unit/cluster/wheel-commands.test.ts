import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { randomOf } from '#tests/random.ts'
import { addressesOf, codeOf, makeWheel } from './wheel-stage.ts'

describe('commands at the same time', () => {
  it('the newest target wins and each caller gets an answer', async () => {
    const { host, door, wheel } = makeWheel()
    host.delay = () => sleep(5)
    const answers = await Promise.all([3, 5, 1, 4].map((replicas) => codeOf(wheel.scale(replicas))))
    expect(answers).toEqual(['superseded', 'superseded', 'superseded', 'reached'])
    expect(host.backends()).toHaveLength(4)
    expect(door.addresses).toEqual(addressesOf(host))
  })

  it('50 random commands with random delays and errors end at the last target or an explicit error, 100 times', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = randomOf(seed)
      const { host, door, wheel } = makeWheel()
      host.delay = () => sleep(random() * 2)
      door.delay = () => sleep(random() * 2)
      host.fails = () => random() < 0.1
      door.refuses = () => random() < 0.05
      let last = 0
      const answers: Promise<string>[] = []
      for (let index = 0; index < 50; index++) {
        last = Math.floor(random() * 9)
        answers.push(codeOf(wheel.scale(last)))
        if (random() < 0.3) await sleep(random() * 3)
      }
      const codes = await Promise.all(answers)
      expect(codes.every((code) => ['reached', 'superseded', 'not-reached'].includes(code))).toBe(true)
      const numbers = host.backends().map(({ number }) => number)
      expect(new Set(numbers).size).toBe(numbers.length)
      if (codes.at(-1) === 'reached') {
        expect(host.backends()).toHaveLength(last)
        expect(door.addresses).toEqual(addressesOf(host))
      }
      await wheel.close()
    }
  })
})
