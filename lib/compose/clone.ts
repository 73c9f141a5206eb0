import { type Fields, fieldsOf, listOf, textOf } from './fields.ts'
import { powerOf } from './host-power.ts'
import {
  MADE_BY,
  MADE_BY_LABEL,
  NUMBER_LABEL,
  ONE_OFF_LABEL,
  PROJECT_LABEL,
  REPLACE_LABEL,
  SERVICE_LABEL,
} from './project-profile.ts'

/** How a further replica of a Compose service is made: exactly as its sibling, but for name, number and hostname. */
export type Clone = {
  /** The `name` of POST /containers/create. */
  name: string
  /** Its body. */
  body: Record<string, unknown>
  /** Networks beyond the first: an engine before 25 takes only one at creation. `network` is the id. */
  connect: { network: string; aliases: string[] }[]
}
export type Refusal = { refused: string }

/** In an inspect that the docker-gate has reduced: why the whole container cannot be cloned. The engine has no such field. */
export const NOT_CLONED = 'RobinscopeNotCloned'

const HEX_64 = /^[0-9a-f]{64}$/
const IMAGE_ID = /^sha256:[0-9a-f]{64}$/
const NAME_PART = /^[a-z0-9][a-z0-9_.-]{0,100}$/i

/** Compose's name for replica `number` of a service. */
export const replicaName = (project: string, service: string, number: number): string =>
  `${project}-${service}-${number}`

const hasFixedPort = (host: Fields): boolean =>
  Object.values(fieldsOf(host.PortBindings))
    .flatMap(listOf)
    .some((binding) => !['', '0'].includes(textOf(fieldsOf(binding).HostPort)))

/** Why this container cannot be cloned, or null. A copy would have the original's power over the host, too. */
function whyNot(inspected: Fields, labels: Fields): string | null {
  const named = replicaName(textOf(labels[PROJECT_LABEL]), textOf(labels[SERVICE_LABEL]), Number(labels[NUMBER_LABEL]))
  if (!HEX_64.test(textOf(inspected.Id)) || !IMAGE_ID.test(textOf(inspected.Image))) return 'it is no container'
  if (![PROJECT_LABEL, SERVICE_LABEL].every((label) => NAME_PART.test(textOf(labels[label]))))
    return 'it belongs to no Compose service'
  if (labels[ONE_OFF_LABEL] !== 'False') return 'it is a one-off container'
  if (inspected.Name !== `/${named}`)
    return 'it has a name of its own (container_name), which only one container can have'
  const power = powerOf(inspected)
  if (power) return power
  if (hasFixedPort(fieldsOf(inspected.HostConfig)))
    return 'it publishes a fixed port of the host, which only one container can have'
  return textOf(inspected[NOT_CLONED]) || null
}

/** The sibling's aliases with its own name changed for the new one; its id, which Docker adds by itself, is left out. */
function aliasesFor(aliases: unknown, id: string, was: string, name: string): string[] {
  const kept = listOf(aliases).map(textOf)
  return [...new Set(kept.filter((alias) => alias !== id.slice(0, 12)).map((alias) => (alias === was ? name : alias)))]
}

/**
 * The call that makes replica `number` of the service that `sibling` belongs to. Pure: the dashboard makes its call from it, and
 * the docker-gate checks the call against it.
 * @param sibling what GET /containers/{id}/json says of a replica, running or not
 */
export function cloneOf(sibling: unknown, number: number): Clone | Refusal {
  const inspected = fieldsOf(sibling)
  const config = fieldsOf(inspected.Config)
  const labels = fieldsOf(config.Labels)
  const reason = whyNot(inspected, labels)
  if (reason) return { refused: reason }
  if (!Number.isSafeInteger(number) || number < 1) return { refused: 'a replica has a number of 1 or more' }

  const id = textOf(inspected.Id)
  const was = textOf(inspected.Name).slice(1)
  const name = replicaName(textOf(labels[PROJECT_LABEL]), textOf(labels[SERVICE_LABEL]), number)
  const { Hostname: _hostname, MacAddress: _macAddress, ...sameConfig } = config
  const { [REPLACE_LABEL]: _replace, ...sameLabels } = labels
  const host = fieldsOf(inspected.HostConfig)
  const networks = Object.entries(fieldsOf(fieldsOf(inspected.NetworkSettings).Networks)).map(([network, settings]) => {
    const { NetworkID, Aliases } = fieldsOf(settings)
    return { network, id: textOf(NetworkID), aliases: aliasesFor(Aliases, id, was, name) }
  })
  const first = networks.find(({ network }) => network === host.NetworkMode) ?? networks[0]
  return {
    name,
    body: {
      ...sameConfig,
      Image: inspected.Image,
      Labels: { ...sameLabels, [NUMBER_LABEL]: String(number), [MADE_BY_LABEL]: MADE_BY },
      HostConfig: host,
      NetworkingConfig: { EndpointsConfig: first ? { [first.network]: { Aliases: first.aliases } } : {} },
    },
    connect: networks
      .filter((network) => network !== first && HEX_64.test(network.id))
      .map(({ id: network, aliases }) => ({ network, aliases })),
  }
}
