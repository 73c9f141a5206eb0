import { describe, expect, it } from 'vitest'
import { inspected, PROJECT } from './inspected.ts'
import { BACKEND, FRONT_DOOR, judge, on } from './judge.ts'

const BACKEND_CALLS = [
  ['POST', '/start'],
  ['POST', '/stop?t=10'],
  ['POST', '/unpause'],
  ['POST', '/attach?stream=1&stdin=1'],
  ['DELETE', '?force=true&v=true'],
] as const
const READS = [
  ['GET', '/json'],
  ['GET', '/logs?stdout=true'],
] as const
const FRONT_DOOR_CALLS = [
  ['POST', '/kill?signal=HUP'],
  ['GET', '/top'],
] as const
const ALL_CALLS = [...BACKEND_CALLS, ...READS, ...FRONT_DOOR_CALLS]
/** Calls that the dashboard has no use for. */
const UNCALLED = [
  ['POST', '/restart'],
  ['POST', '/pause'],
  ['POST', '/kill'],
  ['POST', '/kill?signal=SIGTERM'],
  ['POST', '/kill?signal=KILL'],
  ['GET', '/archive?path=/var/lib/front-door/lease'],
] as const

describe('containers', () => {
  it.each([...BACKEND_CALLS, ...READS])('%s %s may be done to a backend', (method, rest) => {
    expect(on(BACKEND, method, rest)).toBe(true)
  })

  it.each(FRONT_DOOR_CALLS)('%s %s may not be done to a backend', (method, rest) => {
    expect(on(BACKEND, method, rest)).toBe(false)
  })

  it.each([...READS, ...FRONT_DOOR_CALLS])('%s %s may be done to the front door', (method, rest) => {
    expect(on(FRONT_DOOR, method, rest)).toBe(true)
  })

  it.each(BACKEND_CALLS)('%s %s may not be done to the front door', (method, rest) => {
    expect(on(FRONT_DOOR, method, rest)).toBe(false)
  })

  it.each(UNCALLED)('%s %s may be done to neither', (method, rest) => {
    expect(on(BACKEND, method, rest)).toBe(false)
    expect(on(FRONT_DOOR, method, rest)).toBe(false)
  })

  it.each([
    ['the dashboard', inspected('dashboard', 1)],
    ['the gate itself', inspected('docker-gate', 1)],
    ['a backend of another project', inspected('backend', 1, { project: 'other' })],
    ['a one-off container', inspected('backend', 1, { oneoff: 'True' })],
    ["somebody else's container with our labels", inspected('backend', 1, { name: 'innocent' })],
    ['a container without labels', { ...BACKEND, Config: {} }],
  ])('nothing may be done to %s', (_what, container) => {
    for (const [method, rest] of ALL_CALLS) expect(on(container, method, rest), `${method} ${rest}`).toBe(false)
  })

  it('one that is gone is 404', () => {
    const id = 'd'.repeat(64)
    expect(judge('POST', `/containers/${id}/start`, { container: null })).toMatchObject({ status: 404 })
  })
})

describe('lists', () => {
  const filtersOf = (url: string): unknown => {
    const decision = judge('GET', url)
    if (!('path' in decision)) return 'refused'
    return JSON.parse(new URL(decision.path, 'http://docker').searchParams.get('filters') ?? '')
  }
  const own = `com.docker.compose.project=${PROJECT}`
  const asked = (filters: unknown): string => encodeURIComponent(JSON.stringify(filters))

  it.each(['/containers/json', '/containers/json?all=true', '/v1.41/events?since=1'])(
    '%s shows the project only',
    (url) => {
      expect(filtersOf(url)).toEqual({ label: [own] })
    },
  )

  it('keep what was asked for', () => {
    const filters = { label: ['com.docker.compose.project=other'], type: { container: true }, event: ['start', 'die'] }
    expect(filtersOf(`/events?filters=${asked(filters)}`)).toEqual({
      label: ['com.docker.compose.project=other', own],
      type: ['container'],
      event: ['start', 'die'],
    })
  })

  it.each([
    [{ ancestor: ['x'] }],
    [{ label: 'x' }],
    [{ label: [1] }],
    [{ label: Array(200).fill('x') }],
    [[]],
    [null],
    [7],
    [{ __proto__: null, constructor: ['x'] }],
  ])('refuse the filters %j', (filters) =>
    expect(filtersOf(`/containers/json?filters=${asked(filters)}`)).toBe('refused'),
  )

  it('refuse filters that are no JSON', () => expect(filtersOf('/containers/json?filters={')).toBe('refused'))
})
