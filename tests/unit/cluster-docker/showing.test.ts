import { describe, expect, test } from 'vitest'
import { AddressBook, oneAddressEach } from '#lib/cluster/addresses.ts'
import { hostedState, isShown, newBackend, type Stage, sharedAddress } from '#lib/cluster/docker/docker-backend.ts'
import type { Container } from '#lib/cluster/docker/engine/container.ts'

const container = (number: number, changes: Partial<Container> = {}): Container => ({
  id: number.toString(16).padStart(64, '0'),
  name: `shop-backend-${number}`,
  service: 'backend',
  number,
  isClone: false,
  state: 'running',
  createdAtMs: 0,
  addresses: {},
  published: [],
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
    expect(hostedState({ state, createdAtMs: 0 }, { stage: 'present', ready }, 1)).toBe(word)
  })

  test('a container that was just made is starting; a container that was made and left is down', () => {
    const present = { stage: 'present', ready: false } as const
    expect(hostedState({ state: 'created', createdAtMs: 1_000 }, present, 2_000)).toBe('starting')
    expect(hostedState({ state: 'created', createdAtMs: 1_000 }, present, 60_000)).toBe('down')
  })

  test('what we do with a backend comes first', () => {
    const state = (stage: Stage, of: Container['state']) =>
      hostedState({ state: of, createdAtMs: 0 }, { stage, ready: true }, 60_000)
    expect(state('stopping', 'running')).toBe('stopping')
    expect(state('removing', 'exited')).toBe('stopping')
    expect(state('raising', 'exited')).toBe('starting')
  })

  test('a template, what was made in vain and what may not be ours are shown to nobody', () => {
    const stages = ['raising', 'present', 'stopping', 'removing', 'kept', 'unwanted', 'doubted'] as const
    const shown = stages.filter((stage) =>
      isShown({ ...newBackend('shop-backend-1', 1, stage, 8000), container: container(1) }),
    )
    expect(shown).toEqual(['raising', 'present', 'stopping', 'removing'])
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

  test('is kept by a backend that stopped', () => {
    expect(oneAddressEach([{ live: null, last: '172.20.0.1:8000' }])).toEqual(['172.20.0.1:8000'])
  })

  test('stands for one backend: a backend that stopped loses it to the next that gets it', () => {
    const stopped = { live: null, last: '172.20.0.2:8000' }
    const running = { live: '172.20.0.2:8000', last: '172.20.0.2:8000' }
    const twin = { live: null, last: '172.20.0.7:8000' }
    expect(oneAddressEach([stopped, running, twin, { ...twin }])).toEqual([
      ...[null, '172.20.0.2:8000', '172.20.0.7:8000', null],
    ])
  })

  test('leads to the backend that had it last, and the book has an end', () => {
    const book = new AddressBook()
    book.note('172.20.0.2:8000', 'aaaaaaaaaaaa')
    book.note('172.20.0.2:8000', 'bbbbbbbbbbbb')
    expect(book.backendAt('172.20.0.2:8000')).toBe('bbbbbbbbbbbb')
    for (let index = 0; index < 1_000; index += 1) book.note(`10.0.0.1:${index}`, 'cccccccccccc')
    expect(book.backendAt('172.20.0.2:8000')).toBeNull()
    expect(book.backendAt('10.0.0.1:999')).toBe('cccccccccccc')
  })
})
