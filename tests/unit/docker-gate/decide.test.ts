import { describe, expect, it } from 'vitest'
import { tar } from '#lib/cluster/docker/tar.ts'
import { cloneOf } from '#lib/docker-gate/clone.ts'
import { type Decision, decide } from '#lib/docker-gate/decide.ts'
import type { Fields } from '#lib/docker-gate/fields.ts'
import type { Known } from '#lib/docker-gate/known.ts'
import { recognise } from '#lib/docker-gate/recognise.ts'
import { CHECK_ARGV } from '#lib/docker-gate/rules.ts'
import { IMAGE, idOf, inspected, NETWORK, OTHER_NETWORK, PROJECT } from './inspected.ts'

const BACKEND = inspected('backend', 1)
const FRONT_DOOR = inspected('front-door', 1)

function judge(method: string, url: string, known: Known = {}, given?: unknown): Decision {
  const asked = recognise(method, url)
  return 'refused' in asked ? asked : decide(asked, given, known, PROJECT)
}

const passes = (decision: Decision): boolean => !('refused' in decision)
const on = (container: Fields, method: string, rest: string, given?: unknown): boolean =>
  passes(judge(method, `/v1.41/containers/${idOf(container)}${rest}`, { container }, given))

const BACKEND_CALLS = [
  ['POST', '/start'],
  ['POST', '/stop?t=10'],
  ['POST', '/restart'],
  ['POST', '/pause'],
  ['POST', '/unpause'],
  ['POST', '/attach?stream=1&stdin=1'],
  ['POST', '/kill'],
  ['POST', '/kill?signal=SIGTERM'],
  ['POST', '/kill?signal=KILL'],
  ['DELETE', '?force=true&v=true'],
] as const
const READS = [
  ['GET', '/json'],
  ['GET', '/top'],
  ['GET', '/logs?stdout=true'],
] as const
const FRONT_DOOR_CALLS = [
  ['POST', '/kill?signal=HUP'],
  ['GET', '/archive?path=/var/lib/front-door/lease'],
] as const
const ALL_CALLS = [...BACKEND_CALLS, ...READS, ...FRONT_DOOR_CALLS]

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
    if ('refused' in decision) return 'refused'
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

describe('a new container', () => {
  const create = (given: unknown, name = `${PROJECT}-backend-2`, known: Known = { siblings: [BACKEND], backends: 1 }) =>
    judge('POST', `/containers/create?name=${name}`, known, given)
  const bodyOf = (number = 2): Fields => {
    const clone = cloneOf(BACKEND, number)
    if ('refused' in clone) throw new Error(clone.refused)
    return JSON.parse(JSON.stringify(clone.body))
  }
  const changed = (change: (body: Record<string, Record<string, unknown>>) => void): unknown => {
    const body = structuredClone(bodyOf()) as Record<string, Record<string, unknown>>
    change(body)
    return body
  }

  it('passes as a clone of a backend', () => {
    expect(create(bodyOf())).toEqual({ path: `/containers/create?name=${PROJECT}-backend-2`, body: bodyOf() })
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
    ['without its dropped capabilities', (body) => delete body.HostConfig?.CapDrop],
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
    const clone = cloneOf(FRONT_DOOR, 2)
    const body = 'refused' in clone ? null : clone.body
    expect(passes(create(body, `${PROJECT}-front-door-2`, { siblings: [FRONT_DOOR], backends: 1 }))).toBe(false)
  })

  it.each([
    ['privileged', { Privileged: true }],
    ["on the host's network", { NetworkMode: 'host' }],
    ['holding the Docker socket', { Binds: ['/var/run/docker.sock:/s'] }],
  ])('like a backend that is %s is refused', (_what, host) => {
    const sibling = inspected('backend', 1, { host })
    const body = { ...bodyOf(), HostConfig: sibling.HostConfig }
    expect(passes(create(body, undefined, { siblings: [sibling], backends: 1 }))).toBe(false)
  })

  it('beyond the bound is refused', () => {
    expect(passes(create(bodyOf(), undefined, { siblings: [BACKEND], backends: 64 }))).toBe(false)
  })
})

describe('commands in the front door', () => {
  const exec = (given: unknown, container: Fields = FRONT_DOOR) =>
    judge('POST', `/containers/${idOf(container)}/exec`, { container }, given)
  const check = { Cmd: [...CHECK_ARGV], AttachStdout: true, AttachStderr: true }

  it("are nginx's check of the candidate", () => {
    expect(exec(check)).toMatchObject({ body: { Cmd: CHECK_ARGV, Tty: false, AttachStdin: false } })
  })

  it.each([
    { ...check, Cmd: ['sh', '-c', 'id'] },
    { ...check, Cmd: [...CHECK_ARGV, '-g', 'user root;'] },
    { ...check, Cmd: CHECK_ARGV.join(' ') },
    { ...check, Privileged: true },
    { ...check, User: 'root' },
    { ...check, Env: ['LD_PRELOAD=x'] },
    { ...check, WorkingDir: '/' },
    { ...check, AttachStdin: true },
    { ...check, Tty: true },
    {},
    null,
  ])('are not %j', (given) => expect(passes(exec(given))).toBe(false))

  it('may not be run in a backend', () => expect(passes(exec(check, BACKEND))).toBe(false))

  const id = '9'.repeat(64)
  const [entrypoint, ...argv] = CHECK_ARGV
  const made = { ContainerID: idOf(FRONT_DOOR), ProcessConfig: { entrypoint, arguments: argv, privileged: false } }

  it('are started with their output as a stream, whatever the body says', () => {
    const decision = judge('POST', `/exec/${id}/start`, { exec: made, container: FRONT_DOOR }, { Detach: true })
    expect(decision).toMatchObject({ body: { Detach: false, Tty: false } })
  })

  it.each<[string, Known]>([
    [
      'was made for another command',
      { exec: { ...made, ProcessConfig: { entrypoint: 'sh', arguments: [] } }, container: FRONT_DOOR },
    ],
    [
      'is privileged',
      { exec: { ...made, ProcessConfig: { ...made.ProcessConfig, privileged: true } }, container: FRONT_DOOR },
    ],
    ['is in a backend', { exec: made, container: BACKEND }],
    ['is in a container of somebody else', { exec: made, container: inspected('front-door', 1, { project: 'other' }) }],
    ['is in a container that is gone', { exec: made, container: null }],
    ['is unknown', { exec: null }],
  ])('one that %s is neither started nor shown', (_what, known) => {
    expect(passes(judge('POST', `/exec/${id}/start`, known))).toBe(false)
    expect(passes(judge('GET', `/exec/${id}/json`, known))).toBe(false)
  })
})

describe("files in the front door's folder", () => {
  const put = (given: unknown) =>
    passes(
      judge(
        'PUT',
        `/containers/${idOf(FRONT_DOOR)}/archive?path=/var/lib/front-door`,
        { container: FRONT_DOOR },
        given,
      ),
    )
  const archive = (...names: string[]) => tar(names.map((name) => ({ name, text: 'x', uid: 101, gid: 101 })))

  it('are put as an archive of plain files', () => {
    expect(put(archive('nginx.conf', 'candidate.conf', 'lease'))).toBe(true)
  })

  it.each(['../x', '/etc/passwd', 'a/b', '.hidden', 'A', 'x\ny', ''])('are not named %j', (name) => {
    expect(put(archive(name))).toBe(false)
  })

  const edited = (at: number, value: string): Buffer => {
    const bytes = archive('nginx.conf')
    bytes.write(value, at, 'latin1')
    return bytes
  }

  it.each([
    ['a link', edited(156, '2')],
    ['a hard link', edited(156, '1')],
    ['a folder', edited(156, '5')],
    ['a long name', edited(156, 'L')],
    ['extended headers', edited(156, 'x')],
    ['a target', edited(157, '/etc/passwd')],
    ['a prefix', edited(345, '..')],
    ['special bits', edited(100, '0004755')],
    ['no size', edited(124, 'xxxxxxxxxxx')],
    ['a size beyond its end', edited(124, '77777777777')],
    ['something after its end', Buffer.concat([archive('lease'), archive('lease')])],
    ['no whole block', archive('lease').subarray(0, 700)],
    ['nothing in it', Buffer.alloc(0)],
  ])('are not put when the archive has %s', (_what, bytes) => expect(put(bytes)).toBe(false))

  it('are not put into a backend', () => {
    const url = `/containers/${idOf(BACKEND)}/archive?path=/var/lib/front-door`
    expect(passes(judge('PUT', url, { container: BACKEND }, archive('lease')))).toBe(false)
  })
})

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
