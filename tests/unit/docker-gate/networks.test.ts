import { describe, expect, it } from 'vitest'
import type { Decision } from '#lib/docker-gate/decide.ts'
import type { Known } from '#lib/docker-gate/known.ts'
import { IMAGE, idOf, inspected, NETWORK, OTHER_NETWORK } from './inspected.ts'
import { BACKEND, FRONT_DOOR, judge, passes } from './judge.ts'

describe('networks', () => {
  const member = (kind: string, given: unknown, known: Known): Decision =>
    judge('POST', `/networks/${NETWORK.Id}/${kind}`, { network: NETWORK, container: BACKEND, ...known }, given)
  const Container = idOf(BACKEND)

  it('a backend may leave the one it was made on and come back under its own names', () => {
    const aliases = { Aliases: ['backend', 'robinscope-backend-1', Container.slice(0, 12)] }
    expect(passes(member('disconnect', { Container, Force: true }, {}))).toBe(true)
    expect(passes(member('connect', { Container, EndpointConfig: aliases }, {}))).toBe(true)
    expect(passes(member('connect', { Container }, {}))).toBe(true)
  })

  it.each<[string, unknown, Known]>([
    ['under the name of the front door', { Container, EndpointConfig: { Aliases: ['front-door'] } }, {}],
    ['with an address', { Container, EndpointConfig: { IPAMConfig: { IPv4Address: '10.0.0.9' } } }, {}],
    ['with more', { Container, EndpointConfig: {}, Extra: 1 }, {}],
    ['on the network of the dashboard', { Container }, { network: OTHER_NETWORK }],
    ['on a network of another project', { Container }, { network: { ...NETWORK, Labels: {} } }],
    ['when it is the front door', { Container: idOf(FRONT_DOOR) }, { container: FRONT_DOOR }],
    ['when it is the dashboard', { Container }, { container: inspected('dashboard', 1) }],
    ['without a container', {}, { container: null }],
    ['without a body', undefined, {}],
  ])('not %s', (_what, given, known) => expect(passes(member('connect', given, known))).toBe(false))

  it('only those of the project are shown', () => {
    expect(passes(judge('GET', `/networks/${NETWORK.Name}`, { network: NETWORK }))).toBe(true)
    expect(passes(judge('GET', '/networks/bridge', { network: { Name: 'bridge', Labels: {} } }))).toBe(false)
    expect(passes(judge('GET', '/networks/none', { network: null }))).toBe(false)
  })
})

it('an image is shown when a container of the project runs on it', () => {
  expect(passes(judge('GET', `/images/${IMAGE}/json`, { images: [IMAGE] }))).toBe(true)
  expect(passes(judge('GET', `/images/${IMAGE.slice(7)}/json`, { images: [IMAGE] }))).toBe(true)
  expect(passes(judge('GET', `/images/${IMAGE}/json`, { images: [] }))).toBe(false)
})
