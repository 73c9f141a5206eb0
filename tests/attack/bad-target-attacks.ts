import { describe, expect, test } from 'vitest'
import { until } from '../until.ts'
import { rawRequest, requestText, upgradeHeaders } from './raw-request.ts'
import type { Victim } from './victim.ts'

/** None of them is a path of this dashboard; a URL parser takes some for another host, and cannot read others. */
const TARGETS = [
  '/\\[',
  '/\\evil.example/',
  '/\\\\evil.example/',
  '//[',
  '//evil.example/',
  '/\\@evil.example/',
  '/\\:x',
]
const REQUESTS = 200
const MOST_LINES_A_SECOND = 5

export function badTargetAttacks(victim: Victim): void {
  const ask = (target: string, upgrades: boolean) => {
    const { host, port } = victim
    const plain: [string, string][] = [['Host', host()]]
    return rawRequest(port(), requestText(target, upgrades ? upgradeHeaders(host(), `http://${host()}`) : plain))
  }

  describe('a target that is no path', () => {
    test.each(TARGETS)('%s is malformed, as a request and as an upgrade', async (target) => {
      for (const upgrades of [false, true]) {
        const answer = await ask(target, upgrades)
        expect(answer.status).toBe(400)
        expect(JSON.parse(answer.body)).toMatchObject({ code: 'malformed', status: 400 })
      }
    })

    test(`${REQUESTS} of them are a few lines of the log, and never a stack`, async () => {
      const linesOf = (): string[] => victim.product().log().trim().split('\n')
      const before = linesOf().length
      const startedAt = performance.now()
      for (let round = 0; round < REQUESTS; round++)
        expect((await ask(TARGETS[round % TARGETS.length] ?? '/\\[', round % 2 === 0)).status).toBe(400)
      const told = () => linesOf().slice(before)
      // Those of this second may have been used up by earlier refusals.
      await until('one of them is told', async () => {
        await ask('/\\[', false)
        return told().some((line) => line.includes('"code":"malformed"'))
      })
      const seconds = Math.ceil((performance.now() - startedAt) / 1_000) + 1
      const events = told().map((line) => JSON.parse(line).event as string)
      const leftOut = events.filter((event) => event === 'refusals-left-out')
      // Once a second, how many more there were.
      expect(leftOut.length).toBeLessThanOrEqual(seconds)
      expect(events.length - leftOut.length).toBeLessThanOrEqual(MOST_LINES_A_SECOND * seconds)
      expect(new Set(events.filter((event) => event !== 'refusals-left-out'))).toEqual(new Set(['request-refused']))
      expect(victim.product().output()).not.toMatch(/unexpected-error|\n +at /)
    })
  })
}
