import { describe, expect, it } from 'vitest'
import { cloneOf } from '#lib/compose/clone.ts'
import type { Fields } from '#lib/compose/fields.ts'
import type { Known } from '#lib/docker-gate/known.ts'
import { shownContainer } from '#lib/docker-gate/shown.ts'
import { inspected, PROJECT, WITHHELD } from './inspected.ts'
import { BACKEND, FRONT_DOOR, judge, passes } from './judge.ts'

describe('a new container', () => {
  const create = (given: unknown, name = `${PROJECT}-backend-2`, known: Known = { siblings: [BACKEND], backends: 1 }) =>
    judge('POST', `/containers/create?name=${name}`, known, given)
  const cloned = (sibling: Fields): Fields => {
    const clone = cloneOf(sibling, 2)
    if ('refused' in clone) throw new Error(clone.refused)
    return JSON.parse(JSON.stringify(clone.body))
  }
  /** What a caller can make of what the gate shows it. */
  const bodyOf = (): Fields => cloned(shownContainer(BACKEND))
  const changed = (change: (body: Record<string, Record<string, unknown>>) => void): unknown => {
    const body = structuredClone(bodyOf()) as Record<string, Record<string, unknown>>
    change(body)
    return body
  }

  it('passes as a clone of a backend as the gate shows it, and is made as a clone of the whole', () => {
    for (const withheld of WITHHELD) expect(JSON.stringify(bodyOf())).not.toContain(withheld)
    expect(create(bodyOf())).toEqual({ path: `/containers/create?name=${PROJECT}-backend-2`, body: cloned(BACKEND) })
  })

  it('does not pass as a clone of the whole: no caller can know it', () => {
    expect(passes(create(cloned(BACKEND)))).toBe(false)
  })

  it('passes when any backend is like it', () => {
    const other = inspected('backend', 7, { env: ['X=1'] })
    expect(passes(create(bodyOf(), undefined, { siblings: [other, BACKEND], backends: 2 }))).toBe(true)
  })

  it.each<[string, (body: Record<string, Record<string, unknown>>) => void]>([
    ['privileged', (body) => Object.assign(body.HostConfig ?? {}, { Privileged: true })],
    ['with a bind mount', (body) => Object.assign(body.HostConfig ?? {}, { Binds: ['/:/host'] })],
    ['with the Docker socket', (body) => Object.assign(body.HostConfig ?? {}, { Mounts: [{ Type: 'bind' }] })],
    ['with a capability', (body) => Object.assign(body.HostConfig ?? {}, { CapAdd: ['SYS_ADMIN'] })],
    ['without its dropped capabilities', (body) => Object.assign(body.HostConfig ?? {}, { CapDrop: [] })],
    ['with a writable root', (body) => Object.assign(body.HostConfig ?? {}, { ReadonlyRootfs: false })],
    ['of another configuration', (body) => Object.assign(body.Labels ?? {}, { 'com.docker.compose.config-hash': 'x' })],
    ['with a label of others', (body) => Object.assign(body.Labels ?? {}, { 'com.example.owner': 'of-others' })],
    ['without the mark of its maker', (body) => delete body.Labels?.['robinscope.made-by']],
    ["on the host's network", (body) => Object.assign(body.HostConfig ?? {}, { NetworkMode: 'host' })],
    ['with a device', (body) => Object.assign(body.HostConfig ?? {}, { Devices: [] })],
    ['of another image', (body) => Object.assign(body, { Image: 'evil' })],
    ['with another command', (body) => Object.assign(body, { Cmd: ['sh'] })],
    ['with an entry point', (body) => Object.assign(body, { Entrypoint: ['sh'] })],
    ['with another environment', (body) => Object.assign(body, { Env: ['NODE_OPTIONS=--inspect'] })],
    ['as another user', (body) => Object.assign(body, { User: 'root' })],
    ['with a hostname', (body) => Object.assign(body, { Hostname: 'front-door' })],
    ['of another service', (body) => Object.assign(body.Labels ?? {}, { 'com.docker.compose.service': 'dashboard' })],
    [
      'with a number unlike its name',
      (body) => Object.assign(body.Labels ?? {}, { 'com.docker.compose.container-number': '3' }),
    ],
    ['on a further network', (body) => Object.assign(body.NetworkingConfig?.EndpointsConfig ?? {}, { control: {} })],
    [
      'under a further name',
      (body) =>
        Object.assign(body.NetworkingConfig ?? {}, {
          EndpointsConfig: { robinscope_backends: { Aliases: ['front-door'] } },
        }),
    ],
    ['with an unknown key', (body) => Object.assign(body, { Extra: 1 })],
    ['with a key named __proto__', (body) => Object.defineProperty(body, '__proto__', { value: {}, enumerable: true })],
  ])('%s is refused', (_what, change) => expect(passes(create(changed(change)))).toBe(false))

  it.each([
    'other-backend-2',
    'robinscope-dashboard-2',
    'robinscope-backend-0',
    'robinscope-backend-02',
    'robinscope-backend-',
    'x',
  ])('named %s is refused', (name) => expect(passes(create(bodyOf(), name))).toBe(false))

  it('without a name is refused', () => {
    expect(passes(judge('POST', '/containers/create', { siblings: [BACKEND], backends: 1 }, bodyOf()))).toBe(false)
  })

  it.each([undefined, null, [], 'x', 7])('with the body %j is refused', (given) => {
    expect(passes(create(given))).toBe(false)
  })

  it('like a container of another service is refused', () => {
    const body = cloned(shownContainer(FRONT_DOOR))
    expect(passes(create(body, `${PROJECT}-front-door-2`, { siblings: [FRONT_DOOR], backends: 1 }))).toBe(false)
  })

  it.each([
    ['privileged', { Privileged: true }],
    ["on the host's network", { NetworkMode: 'host' }],
    ['holding the Docker socket', { Binds: ['/var/run/docker.sock:/s'] }],
    ['holding the socket of containerd', { Binds: ['/run/containerd/containerd.sock:/s'] }],
    ['with a capability', { CapAdd: ['SYS_ADMIN'] }],
    ['with a device', { Devices: [{ PathOnHost: '/dev/mem' }] }],
    ["in another container's namespace", { PidMode: 'container:x' }],
  ])('like a backend that is %s is refused, with a reason that its reader gets, too', (_what, host) => {
    const sibling = inspected('backend', 1, { host })
    const whole = cloneOf(sibling, 2)
    expect(whole).toHaveProperty('refused')
    expect(cloneOf(shownContainer(sibling), 2)).toEqual(whole)
    for (const body of [bodyOf(), { ...bodyOf(), HostConfig: sibling.HostConfig }])
      expect(passes(create(body, undefined, { siblings: [sibling], backends: 1 }))).toBe(false)
  })

  it('like a backend on several networks is refused, since the gate joins one only', () => {
    const networks = { robinscope_edge: { NetworkID: 'd'.repeat(64), Aliases: [] } }
    const sibling = inspected('backend', 1, { networks })
    expect(cloneOf(shownContainer(sibling), 2)).toEqual({ refused: expect.stringContaining('several networks') })
    expect(passes(create(bodyOf(), undefined, { siblings: [sibling], backends: 1 }))).toBe(false)
  })

  it('beyond the bound is refused', () => {
    expect(passes(create(bodyOf(), undefined, { siblings: [BACKEND], backends: 64 }))).toBe(false)
  })
})
