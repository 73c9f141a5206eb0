import { describe, expect, test } from 'vitest'
import { type Clone, cloneOf, replicaName } from '#lib/compose/clone.ts'
import { inspected } from '../cluster-docker/inspected.ts'

const cloned = (sibling: unknown, number: number): Clone => {
  const clone = cloneOf(sibling, number)
  if ('refused' in clone) throw new Error(clone.refused)
  return clone
}
const fields = (value: unknown) => value as Record<string, unknown>

describe('a clone of a replica', () => {
  test('has the name that Compose would give it', () => {
    expect(cloned(inspected(1), 4).name).toBe('shop-backend-4')
    expect(replicaName('shop', 'backend', 4)).toBe('shop-backend-4')
  })

  test('has the same configuration of the host, to the letter', () => {
    expect(cloned(inspected(1), 4).body.HostConfig).toEqual(inspected(1).HostConfig)
  })

  test("has the sibling's image by its id, and no hostname, so that it answers with one of its own", () => {
    const { body } = cloned(inspected(1), 4)
    expect(body.Image).toBe(`sha256:${'b'.repeat(64)}`)
    expect(body).not.toHaveProperty('Hostname')
    expect(body.Env).toEqual(['SERVICE_PORT=8000', 'PATH=/usr/bin'])
    expect(body.OpenStdin).toBe(true)
  })

  test('has all labels of its sibling but for the number, one that says who made it, and none that marks a replacement', () => {
    const was = fields(fields(inspected(1).Config).Labels)
    const { 'com.docker.compose.replace': _replace, ...kept } = was
    expect(cloned(inspected(1), 4).body.Labels).toEqual({
      ...kept,
      'com.docker.compose.container-number': '4',
      'robinscope.made-by': 'robinscope',
    })
  })

  test('joins the same network under the name of the service and its own name', () => {
    expect(cloned(inspected(1), 4).body.NetworkingConfig).toEqual({
      EndpointsConfig: { shop_backends: { Aliases: ['shop-backend-4', 'backend'] } },
    })
  })

  test('is connected to further networks after it was made', () => {
    const Networks = { a_first: { NetworkID: 'f'.repeat(64), Aliases: ['shop-backend-1', 'backend'] } }
    const { body, connect } = cloned(inspected(1, { Networks }), 4)
    expect(Object.keys(fields(fields(body.NetworkingConfig).EndpointsConfig))).toEqual(['shop_backends'])
    expect(connect).toEqual([{ network: 'f'.repeat(64), aliases: ['shop-backend-4', 'backend'] }])
  })

  test('of a clone is the clone of the original', () => {
    const { name, body } = cloned(inspected(1), 2)
    const second = { ...inspected(2), Name: `/${name}`, Config: { ...fields(inspected(2).Config), ...body } }
    expect(cloned(second, 3)).toEqual(cloned(inspected(1), 3))
  })

  test('leaves what it was made from alone', () => {
    const sibling = inspected(1)
    cloned(sibling, 2)
    expect(sibling).toEqual(inspected(1))
  })
})

describe('a template is refused', () => {
  const refusal = (changes: Record<string, unknown>, number = 2) => {
    const clone = cloneOf(inspected(1, changes), number)
    return 'refused' in clone ? clone.refused : 'nothing'
  }

  test.each([
    [{ HostConfig: { Privileged: true } }, 'privileged'],
    [{ HostConfig: { NetworkMode: 'host' } }, 'namespaces'],
    [{ HostConfig: { PidMode: 'host' } }, 'namespaces'],
    [{ HostConfig: { NetworkMode: `container:${'a'.repeat(64)}` } }, 'another container'],
    [{ HostConfig: { IpcMode: 'container:front-door' } }, 'another container'],
    [{ HostConfig: { VolumesFrom: ['docker-gate'] } }, 'another container'],
    [{ HostConfig: { CapAdd: ['NET_ADMIN'] } }, 'cap_add'],
    [{ HostConfig: { Devices: [{ PathOnHost: '/dev/kmsg' }] } }, 'devices'],
    [{ HostConfig: { DeviceRequests: [{ Count: -1 }] } }, 'devices'],
    [{ HostConfig: { Binds: ['/var/run/docker.sock:/var/run/docker.sock:ro'] } }, 'Docker socket'],
    [{ HostConfig: { Binds: ['/run/:/host-run'] } }, 'Docker socket'],
    [{ HostConfig: { Binds: ['/:/host'] } }, 'Docker socket'],
    [{ HostConfig: { Mounts: [{ Type: 'bind', Source: '/home/me/.docker/run/docker.sock' }] } }, 'Docker socket'],
    [{ Mounts: [{ Type: 'bind', Source: '/var/run/docker.sock' }] }, 'Docker socket'],
    [{ HostConfig: { Binds: ['/run/containerd/containerd.sock:/s'] } }, 'another engine'],
    [{ HostConfig: { Binds: ['/run/user/1000/podman/podman.sock:/s'] } }, 'another engine'],
    [{ HostConfig: { Binds: ['/run/containerd:/s'] } }, 'another engine'],
    [{ HostConfig: { Binds: ['//var//run//:/s'] } }, 'another engine'],
    [{ HostConfig: { Mounts: [{ Type: 'bind', Source: '/run/user/1000' }] } }, 'another engine'],
    [{ HostConfig: { Binds: ['/home/me/.docker:/s'] } }, 'another engine'],
    [{ HostConfig: { PortBindings: { '8000/tcp': [{ HostIp: '', HostPort: '8000' }] } } }, 'fixed port'],
    [{ Name: '/my-own-name' }, 'container_name'],
    [{ Labels: { 'com.docker.compose.oneoff': 'True' } }, 'one-off'],
    [{ Labels: { 'com.docker.compose.project': '../x' } }, 'no Compose service'],
    [{ Labels: { 'com.docker.compose.service': '' } }, 'no Compose service'],
  ])('%j: %s', (changes, why) => {
    expect(refusal(changes)).toContain(why)
  })

  test('for a number that is none', () => {
    for (const number of [0, -1, 1.5, Number.NaN, 2 ** 60]) expect(refusal({}, number)).toContain('number')
  })

  test('when it is no container at all', () => {
    for (const nothing of [null, undefined, 7, 'x', [], {}]) expect(cloneOf(nothing, 2)).toHaveProperty('refused')
  })

  test('but not for a port that the engine chooses, or a folder of its own', () => {
    const PortBindings = { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] }
    expect(refusal({ HostConfig: { CapAdd: [], Devices: null, CgroupnsMode: 'host', IpcMode: 'private' } })).toBe(
      'nothing',
    )
    expect(refusal({ HostConfig: { PortBindings, Binds: ['/srv/pages:/pages:ro', 'named:/var/lib/x'] } })).toBe(
      'nothing',
    )
  })
})
