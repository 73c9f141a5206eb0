import { type Fields, fieldsOf, listOf, textOf } from './fields.ts'

/** Sockets that command a container engine. */
const ENGINE_SOCKET = /(^|\/)(docker|containerd|podman|crio)\.sock$/
/** Mounted, these folders bring such a socket with them. */
const SOCKET_FOLDER =
  /^(\/|\/var|(\/var)?\/run(\/(containerd|podman|crio|user(\/[0-9]+(\/podman)?)?))?|.*\/\.docker(\/(run|desktop))?)$/

function bringsAnEngine(source: string): boolean {
  const place = source.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')
  return ENGINE_SOCKET.test(place) || SOCKET_FOLDER.test(place)
}

function hostPlaces(container: Fields, host: Fields): string[] {
  const binds = listOf(host.Binds).map((bind) => textOf(bind).split(':')[0] ?? '')
  const mounts = [...listOf(host.Mounts), ...listOf(container.Mounts)].map(fieldsOf)
  const sources = mounts.filter(({ Type }) => Type === 'bind').map(({ Source }) => textOf(Source))
  return [...binds, ...sources].filter((place) => place.startsWith('/'))
}

/** Without the cgroup namespace: with cgroup v1 every container has the host's. */
const NAMESPACES = ['NetworkMode', 'PidMode', 'IpcMode', 'UTSMode', 'UsernsMode']
const DEVICE_LISTS = ['Devices', 'DeviceRequests', 'DeviceCgroupRules']

/**
 * Which power over its host, or over another container, an inspected container has, in words; null for none. Power means: the
 * container can act outside of itself by what its HostConfig gives it. It is privileged, has capabilities or devices beyond the
 * engine's default, shares a namespace with the host or with another container, or mounts a socket that commands an engine.
 * A folder of the host that holds none of these is no power: it is data, and the service was given it.
 */
export function powerOf(container: Fields): string | null {
  const host = fieldsOf(container.HostConfig)
  if (host.Privileged === true) return 'it is privileged'
  if (listOf(host.CapAdd).length > 0) return 'it has capabilities beyond the default (cap_add)'
  if (DEVICE_LISTS.some((name) => listOf(host[name]).length > 0)) return 'it has devices of the host'
  const namespaces = NAMESPACES.map((name) => textOf(host[name]))
  if (namespaces.includes('host')) return "it shares the host's network or another of its namespaces"
  if (namespaces.some((mode) => mode.startsWith('container:'))) return 'it shares a namespace with another container'
  if (listOf(host.VolumesFrom).length > 0) return 'it takes the volumes of another container'
  if (hostPlaces(container, host).some(bringsAnEngine)) return 'it mounts the Docker socket or that of another engine'
  return null
}
