import { expect, test } from 'vitest'
import { Slots } from '#lib/concurrency/slots.ts'

/** Work that ends when it is told to, and says when it began. */
function pieces(slots: Slots) {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const give = (name: string, signal?: AbortSignal) =>
    slots.run(() => {
      begun.push(name)
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
    }, signal)
  return { begun, give, end: (name: string) => ends.get(name)?.() }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('so many at once, in the order in which they came', async () => {
  const { begun, give, end } = pieces(new Slots(2))
  const all = ['a', 'b', 'c', 'd'].map((name) => give(name))
  await turn()
  expect(begun).toEqual(['a', 'b'])
  end('b')
  await turn()
  expect(begun).toEqual(['a', 'b', 'c'])
  for (const name of ['a', 'c']) end(name)
  await turn()
  end('d')
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd'])
})

test('work that fails gives its slot back, and only its own promise rejects', async () => {
  const slots = new Slots(1)
  const failed = slots.run(async () => {
    throw new Error('no')
  })
  const next = slots.run(async () => 'yes')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('yes')
})

test('work that waits when its signal aborts never begins, and costs nobody a slot', async () => {
  const { begun, give, end } = pieces(new Slots(1))
  const leaving = new AbortController()
  const first = give('a')
  const second = give('b', leaving.signal)
  const third = give('c')
  leaving.abort(new Error('called off'))
  await expect(second).rejects.toThrow('called off')
  end('a')
  await first
  await turn()
  end('c')
  expect(await third).toBe('c')
  expect(begun).toEqual(['a', 'c'])
})
