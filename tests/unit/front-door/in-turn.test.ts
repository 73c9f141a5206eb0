import { expect, test } from 'vitest'
import { inTurn } from '#lib/front-door/in-turn.ts'

test('pieces of work follow one another, and a failure does not hold up the next', async () => {
  const takeTurn = inTurn()
  const seen: string[] = []
  const piece =
    (name: string, fails = false) =>
    async () => {
      seen.push(`${name} begins`)
      await Promise.resolve()
      seen.push(`${name} ends`)
      if (fails) throw new Error(name)
      return name
    }
  const first = takeTurn(piece('a', true))
  const second = takeTurn(piece('b'))
  await expect(first).rejects.toThrow('a')
  expect(await second).toBe('b')
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
})
