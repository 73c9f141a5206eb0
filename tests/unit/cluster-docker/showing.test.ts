import { describe, expect, test } from 'vitest'
import { AddressBook } from '#lib/cluster/docker/address-book.ts'
import type { Container } from '#lib/cluster/docker/container.ts'
import { hostedState, nextNumber, sharedAddress } from '#lib/cluster/docker/hosted-state.ts'
import { settleAll } from '#lib/cluster/docker/pool.ts'
import { type Shown, showReplicas } from '#lib/cluster/docker/show-replicas.ts'
import { tar } from '#lib/cluster/docker/tar.ts'
import { whyNotUnpacked } from '#lib/docker-gate/tar-entries.ts'

const container = (number: number, changes: Partial<Container> = {}): Container => ({
  id: number.toString(16).padStart(64, '0'),
  name: `shop-backend-${number}`,
  service: 'backend',
  number,
  state: 'running',
  createdAtMs: 0,
  addresses: {},
  published: [],
  ...changes,
})
const shown = (number: number, changes: Partial<Shown> = {}): Shown => ({
  container: container(number),
  ready: true,
  port: 8000,
  ip: `172.20.0.${number}`,
  lastIp: `172.20.0.${number}`,
  ...changes,
})

describe("Docker's states in our words", () => {
  test.each([
    ['running', true, 'up'],
    ['running', false, 'starting'],
    ['paused', true, 'paused'],
    ['restarting', false, 'down'],
    ['exited', false, 'down'],
    ['dead', false, 'down'],
    ['removing', false, 'down'],
  ] as const)('%s, ready %s: %s', (state, ready, word) => {
    expect(hostedState({ state, createdAtMs: 0 }, ready, 1)).toBe(word)
  })

  test('one that was just made is starting; one that was made and left is down', () => {
    expect(hostedState({ state: 'created', createdAtMs: 1_000 }, false, 2_000)).toBe('starting')
    expect(hostedState({ state: 'created', createdAtMs: 1_000 }, false, 60_000)).toBe('down')
  })
})

describe('the address of a backend', () => {
  const frontDoor = container(1, { service: 'front-door', addresses: { edge: '10.0.0.2', backends: '172.20.0.9' } })

  test('is the one on the network that it shares with the front door', () => {
    const backend = container(2, { addresses: { apart: '10.9.9.9', backends: '172.20.0.3' } })
    expect(sharedAddress(backend, frontDoor)).toBe('172.20.0.3')
  })

  test('is none while it does not run, or shares no network', () => {
    expect(sharedAddress(container(2, { addresses: { backends: '' } }), frontDoor)).toBeNull()
    expect(sharedAddress(container(2, { addresses: { apart: '10.9.9.9' } }), frontDoor)).toBeNull()
  })

  test('is kept by one that stopped', () => {
    const [stopped] = showReplicas([shown(1, { container: container(1, { state: 'exited' }), ip: null })], 0)
    expect(stopped).toMatchObject({ address: '172.20.0.1:8000', state: 'down' })
  })

  test('stands for one backend: one that stopped loses it to the next that gets it', () => {
    const stopped = shown(1, { container: container(1, { state: 'exited' }), ip: null, lastIp: '172.20.0.2' })
    const twin = shown(3, { container: container(3, { state: 'exited' }), ip: null, lastIp: '172.20.0.7' })
    const other = shown(4, { container: container(4, { state: 'exited' }), ip: null, lastIp: '172.20.0.7' })
    const addresses = showReplicas([other, twin, shown(2), stopped], 0).map(({ address }) => address)
    expect(addresses).toEqual([null, '172.20.0.2:8000', '172.20.0.7:8000', null])
  })

  test('leads to whom it belonged last, and the book has an end', () => {
    const book = new AddressBook()
    book.note('172.20.0.2:8000', 'aaaaaaaaaaaa')
    book.note('172.20.0.2:8000', 'bbbbbbbbbbbb')
    expect(book.holder('172.20.0.2:8000')).toBe('bbbbbbbbbbbb')
    for (let index = 0; index < 1_000; index += 1) book.note(`10.0.0.1:${index}`, 'cccccccccccc')
    expect(book.holder('172.20.0.2:8000')).toBeNull()
    expect(book.holder('10.0.0.1:999')).toBe('cccccccccccc')
  })
})

test('numbers go on from the highest', () => {
  expect(nextNumber([])).toBe(1)
  expect(nextNumber([1, 7, 2])).toBe(8)
})

test('of many acts at most so many run at once, and every result is in its place', async () => {
  let running = 0
  let most = 0
  const acts = Array.from({ length: 20 }, (_, index) => async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
    if (index === 7) throw new Error('seven')
    return index
  })
  const results = await settleAll(4, acts)
  expect(most).toBe(4)
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual(
    Array.from({ length: 20 }, (_, index) => (index === 7 ? 'failed' : index)),
  )
})

test('an archive is one that the docker-gate lets through', () => {
  const archive = tar([
    { name: 'lease', text: 'ab12cd 1\n', uid: 101, gid: 101 },
    { name: 'nginx.conf', text: 'x'.repeat(5_000), uid: 101, gid: 101 },
  ])
  expect(whyNotUnpacked(archive)).toBeNull()
  expect(archive.length % 512).toBe(0)
})
