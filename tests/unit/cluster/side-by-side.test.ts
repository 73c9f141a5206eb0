import { expect, test } from 'vitest'
import { sideBySide } from '#lib/cluster/embedded/side-by-side.ts'

test('all of it is done, in order, with no more at once than allowed', async () => {
  const begun: number[] = []
  let atOnce = 0
  let most = 0
  await sideBySide(10, 3, async (index) => {
    begun.push(index)
    most = Math.max(most, ++atOnce)
    await new Promise((resolve) => setImmediate(resolve))
    atOnce--
  })
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(most).toBe(3)
})

test('after a failure nothing more is begun', async () => {
  const begun: number[] = []
  const work = sideBySide(10, 2, async (index) => {
    begun.push(index)
    await new Promise((resolve) => setImmediate(resolve))
    if (index === 1) throw new Error('one failed')
  })
  await expect(work).rejects.toThrow('one failed')
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(begun.length).toBeLessThanOrEqual(3)
})
