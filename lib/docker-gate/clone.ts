/**
 * How a further replica of a Compose service is made: exactly as one that is there, but for its name, number and hostname.
 * Pure, with nothing of Node in it: the dashboard makes the call from it, and the docker-gate checks the call against it.
 */
export type Clone = {
  /** The `name` of POST /containers/create. */
  name: string
  /** Its body. */
  body: Record<string, unknown>
  /** Networks beyond the first: an engine before 25 takes only one at creation. `network` is the id. */
  connect: { network: string; aliases: string[] }[]
}
export type Refusal = { refused: string }

type Fields = Record<string, unknown>

const LABEL = 'com.docker.compose.'
const NUMBER_LABEL = `${LABEL}container-number`
/** Compose's own note on a container that is being replaced: a copy of it would be taken for the replacement. */
const REPLACE_LABEL = `${LABEL}replace`
const HEX_64 = /^[0-9a-f]{64}$/
const NAME_PART = /^[a-z0-9][a-z0-9_.-]{0,100}$/i
const SOCKET_NAME = /(^|\/)docker\.sock$/
/** Mounted, these would bring the socket with them. */
const SOCKET_FOLDERS = new Set(['/', '/var', '/var/run', '/run'])

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Compose's name for replica `number` of a service. */
export const replicaName = (project: string, service: string, number: number): string =>
  `${project}-${service}-${number}`

/** Whether a place on the host is Docker's socket or a folder that holds it. */
function bringsTheSocket(source: string): boolean {
  const place = source.replace(/\/+$/, '') || '/'
  return SOCKET_NAME.test(place) || SOCKET_FOLDERS.has(place)
}

function hostPlaces(sibling: Fields, host: Fields): string[] {
  const binds = listOf(host.Binds).map((bind) => textOf(bind).split(':')[0] ?? '')
  const mounts = [...listOf(host.Mounts), ...listOf(sibling.Mounts)].map(fieldsOf)
  const sources = mounts.filter(({ Type }) => Type === 'bind').map(({ Source }) => textOf(Source))
  return [...binds, ...sources].filter((place) => place.startsWith('/'))
}

const hasFixedPort = (host: Fields): boolean =>
  Object.values(fieldsOf(host.PortBindings))
    .flatMap(listOf)
    .some((binding) => !['', '0'].includes(textOf(fieldsOf(binding).HostPort)))

/** Why this container cannot be a template, or null. Whoever may copy it would get its power over the host, too. */
function whyNot(sibling: Fields, host: Fields): string | null {
  if (host.Privileged === true) return 'it is privileged'
  const namespaces = [host.NetworkMode, host.PidMode, host.IpcMode, host.UTSMode, host.UsernsMode]
  if (namespaces.includes('host')) return "it shares the host's network or another of its namespaces"
  if (hostPlaces(sibling, host).some(bringsTheSocket)) return 'it mounts the Docker socket'
  if (hasFixedPort(host)) return 'it publishes a fixed port of the host, which only one container can have'
  return null
}

/** The sibling's aliases with its own name changed for the new one; its id, which Docker adds by itself, is left out. */
function aliasesFor(aliases: unknown, id: string, was: string, name: string): string[] {
  const kept = listOf(aliases).map(textOf)
  return [...new Set(kept.filter((alias) => alias !== id.slice(0, 12)).map((alias) => (alias === was ? name : alias)))]
}

/**
 * The call that makes replica `number` of the service that `sibling` belongs to.
 * @param sibling what GET /containers/{id}/json says of a replica, running or not
 */
export function cloneOf(sibling: unknown, number: number): Clone | Refusal {
  const inspected = fieldsOf(sibling)
  const config = fieldsOf(inspected.Config)
  const host = fieldsOf(inspected.HostConfig)
  const labels = fieldsOf(config.Labels)
  const id = textOf(inspected.Id)
  const image = textOf(inspected.Image)
  const project = textOf(labels[`${LABEL}project`])
  const service = textOf(labels[`${LABEL}service`])
  const was = textOf(inspected.Name).replace(/^\//, '')
  if (!HEX_64.test(id) || !/^sha256:[0-9a-f]{64}$/.test(image)) return { refused: 'it is no container' }
  if (!NAME_PART.test(project) || !NAME_PART.test(service)) return { refused: 'it belongs to no Compose service' }
  if (labels[`${LABEL}oneoff`] !== 'False') return { refused: 'it is a one-off container' }
  if (!Number.isSafeInteger(number) || number < 1) return { refused: 'a replica has a number of 1 or more' }
  if (was !== replicaName(project, service, Number(labels[NUMBER_LABEL])))
    return { refused: 'it has a name of its own (container_name), which only one container can have' }
  const reason = whyNot(inspected, host)
  if (reason) return { refused: reason }

  const name = replicaName(project, service, number)
  const { Hostname: _hostname, MacAddress: _macAddress, ...sameConfig } = config
  const { [REPLACE_LABEL]: _replace, ...sameLabels } = labels
  const networks = Object.entries(fieldsOf(fieldsOf(inspected.NetworkSettings).Networks)).map(([network, settings]) => {
    const { NetworkID, Aliases } = fieldsOf(settings)
    return { network, id: textOf(NetworkID), aliases: aliasesFor(Aliases, id, was, name) }
  })
  const first = networks.find(({ network }) => network === host.NetworkMode) ?? networks[0]
  return {
    name,
    body: {
      ...sameConfig,
      Image: image,
      Labels: { ...sameLabels, [NUMBER_LABEL]: String(number) },
      HostConfig: host,
      NetworkingConfig: { EndpointsConfig: first ? { [first.network]: { Aliases: first.aliases } } : {} },
    },
    connect: networks
      .filter((network) => network !== first && HEX_64.test(network.id))
      .map(({ id: network, aliases }) => ({ network, aliases })),
  }
}
