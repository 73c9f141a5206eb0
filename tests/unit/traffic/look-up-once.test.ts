import type { LookupAddress } from 'node:dns'
import { expect, test } from 'vitest'
import { lookUpOnce } from '#lib/traffic/look-up-once.ts'

const FOUND: LookupAddress[] = [
  { address: '10.0.0.2', family: 4 },
  { address: 'fd00::2', family: 6 },
]

test('a name is resolved once for all connections of a burst, however many ask at once', async () => {
  const asked: string[] = []
  const lookup = lookUpOnce((host, told) => {
    asked.push(host)
    setImmediate(() => told(null, FOUND))
  })
  const all = () => new Promise((resolve) => lookup('front-door', { all: true }, (...answer) => resolve(answer)))
  const one = () => new Promise((resolve) => lookup('front-door', {}, (...answer) => resolve(answer)))
  expect(await Promise.all([all(), all(), one()])).toEqual([
    [null, FOUND],
    [null, FOUND],
    [null, '10.0.0.2', 4],
  ])
  expect(await all()).toEqual([null, FOUND])
  expect(asked).toEqual(['front-door'])
})

test('a name that could not be resolved is asked for again', async () => {
  let asked = 0
  const lookup = lookUpOnce((_host, told) => {
    asked += 1
    setImmediate(() => (asked === 1 ? told(new Error('EAI_AGAIN'), []) : told(null, FOUND)))
  })
  const one = () => new Promise((resolve) => lookup('front-door', {}, (...answer) => resolve(answer)))
  expect(await one()).toMatchObject([{ message: 'EAI_AGAIN' }, ''])
  expect(await one()).toEqual([null, '10.0.0.2', 4])
})
