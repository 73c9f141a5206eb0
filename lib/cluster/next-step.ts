import { configurationOf, sameConfiguration } from '#lib/front-door/configuration.ts'
import type { Membership } from '#lib/front-door/front-door.ts'
import {
  type Configuration,
  type ConfiguredServer,
  DEFAULT_SETTINGS,
  type Policy,
  type ServerSettings,
} from '#lib/protocol/configuration.ts'
import type { BackendKey, Wanted } from '#lib/protocol/model.ts'
import type { Stage } from '#lib/protocol/problem.ts'
import type { BackendHost, HostedBackend } from './backend-host.ts'
import type { Raises } from './raises.ts'

/** What is wished for one replica, by its number: the wish outlives the container. */
export type Wish = ServerSettings & { readonly wanted: Wanted }

/** What was asked for. */
export type Desired = {
  /** Null: as many as there are, so that a change from outside is taken over. */
  readonly replicas: number | null
  readonly policy: Policy
  readonly wishes: ReadonlyMap<number, Wish>
  /** A backend that is down leaves the list at once, instead of being left to the front door's own failure handling. */
  readonly followDeaths: boolean
}

/** What host and front door say. */
export type Observed = {
  readonly backends: readonly HostedBackend[]
  /** Raises of ours that are under way, and those of them that were called off and are not over yet. */
  readonly raising: number
  readonly calledOff: number
  /** Backends that we raised and that no configuration in force has had yet. */
  readonly made: ReadonlySet<BackendKey>
  /** Our configuration that was last confirmed, and whether that one is in force now. */
  readonly configuration: Configuration | null
  readonly inForce: boolean
  /** Backends that the front door may still send a request to. */
  readonly reachable: ReadonlySet<BackendKey>
  /** The number was set a moment ago: whoever thinks better of it finds every backend as it was. */
  readonly isRecent: boolean
}

/** One look at the world: what the host, the front door and our own raises say at this moment. */
export function observe(
  { host, door }: { host: BackendHost; door: { membership: Membership } },
  raises: Raises,
  isRecent: boolean,
): Observed {
  const { membership } = door
  const backends = host.backends()
  const keys = backends.map(({ backend }) => backend)
  const configuration = membership.configuration()
  const listed = (configuration?.servers ?? []).map(({ backend }) => backend)
  return {
    backends,
    raising: raises.running,
    calledOff: raises.calledOff,
    made: raises.made(keys, listed),
    configuration,
    inForce: membership.generation() !== null,
    reachable: new Set(keys.filter((backend) => membership.mayReach(backend))),
    isRecent,
  }
}

export type Step =
  | { readonly do: 'raise'; readonly count: number }
  | { readonly do: 'call-off'; readonly count: number }
  | { readonly do: 'apply'; readonly configuration: Configuration }
  | { readonly do: 'stop'; readonly backends: readonly BackendKey[] }
  /** Nothing to do until host or front door change; `for` is the stage that is waited in. */
  | {
      readonly do: 'wait'
      readonly for: Stage /** What will be applied if all goes well. */
      readonly likely?: Configuration
    }
  /** Observed meets desired. */
  | { readonly do: 'rest' }

/** Who stays and who goes, by the two states alone: whoever asks gets the same answer. */
export type Division = {
  readonly staying: readonly HostedBackend[]
  readonly leaving: readonly HostedBackend[]
  /** How many have to be raised beyond those. */
  readonly missing: number
  /** How many raises under way are not needed any more. */
  readonly needless: number
}

/**
 * Divides the backends into those that stay and those that leave. Backends leave in this order: not in the list, down, then by the
 * highest number; so whoever was taken out of the list already is not exchanged for another, and is the first to be taken back.
 * Without a number of replicas everybody stays but what a command that failed has made.
 */
export function divide(desired: Desired, observed: Observed): Division {
  const { made, raising } = observed
  const present = observed.backends.filter(({ raising, state }) => !raising && state !== 'stopping')
  // A backend that died between its raise and its place in the list is not what was asked for.
  const unwanted = present.filter(
    ({ backend, state }) => made.has(backend) && (desired.replicas === null || state !== 'up'),
  )
  const wanted = present.filter((one) => !unwanted.includes(one))
  if (desired.replicas === null) return { staying: wanted, leaving: unwanted, missing: 0, needless: raising }
  const surplus = wanted.length + raising - desired.replicas
  const needless = Math.min(Math.max(surplus, 0), raising)
  const leavers = [...wanted].sort(firstToLeave(observed)).slice(0, Math.max(0, surplus - needless))
  return {
    staying: wanted.filter((one) => !leavers.includes(one)),
    leaving: [...unwanted, ...leavers],
    missing: Math.max(0, -surplus),
    needless,
  }
}

/**
 * The configuration that should be in force. A backend enters the list when it is up. A fault changes nothing here, so that the front
 * door's own failure handling is what one sees: a backend that is down, paused or starting again keeps its place while it keeps its
 * address. An address stands for one backend, and a backend that is up has it before one that only had it last.
 */
export function desiredConfiguration(desired: Desired, observed: Observed): Configuration {
  const placeOf = new Map(observed.configuration?.servers.map((server) => [server.backend, server.address]))
  const mayEnter = ({ backend, address, state }: HostedBackend): boolean => {
    if (state === 'up') return !observed.made.has(backend) || observed.raising === 0
    return placeOf.get(backend) === address && !(desired.followDeaths && state === 'down')
  }
  const entering = divide(desired, observed).staying.filter((one) => one.address !== null && mayEnter(one))
  const owners = new Map<string, BackendKey>()
  for (const { address, backend } of [...entering].sort((one, other) => rankOfClaim(one) - rankOfClaim(other))) {
    if (address !== null && !owners.has(address)) owners.set(address, backend)
  }
  const servers = entering.flatMap(({ backend, number, address }): ConfiguredServer[] => {
    if (address === null || owners.get(address) !== backend) return []
    const { wanted, ...settings } = desired.wishes.get(number) ?? { ...DEFAULT_SETTINGS, wanted: 'up' }
    return [{ backend, address, ...settings, state: wanted === 'up' ? 'in' : wanted }]
  })
  return configurationOf(desired.policy, servers)
}

/**
 * The next step from observed to desired. Pure: the executor does it, looks at the world again and asks for the next.
 * Up: raise, wait until all are ready, apply. Down: apply without them, wait until no worker can send to them, stop.
 */
export function nextStep(desired: Desired, observed: Observed): Step {
  const { leaving, missing, needless, staying } = divide(desired, observed)
  if (needless > 0) return { do: 'call-off', count: needless }
  if (missing > 0) return { do: 'raise', count: missing }
  const configuration = desiredConfiguration(desired, observed)
  if (!observed.inForce || !sameConfiguration(observed.configuration, configuration)) {
    return { do: 'apply', configuration }
  }
  const free = leaving.filter(({ backend }) => !observed.reachable.has(backend))
  if (free.length > 0 && !observed.isRecent) return { do: 'stop', backends: free.map(({ backend }) => backend) }
  if (observed.raising > 0) return { do: 'wait', for: 'ready', ...likelyNext(desired, observed) }
  const isStopping = observed.backends.some(({ state }) => state === 'stopping')
  if (leaving.length > 0 || isStopping || observed.calledOff > 0) return { do: 'wait', for: 'drained' }
  const listed = new Set(configuration.servers.map(({ backend }) => backend))
  const isComplete = staying.every(({ backend }) => !observed.made.has(backend) || listed.has(backend))
  return isComplete ? { do: 'rest' } : { do: 'wait', for: 'listed' }
}

/** The configuration once every backend that is being raised is up. Nothing until all of them have an address. */
function likelyNext(desired: Desired, observed: Observed): { likely?: Configuration } {
  const raised = observed.backends.filter(({ raising, address }) => raising && address !== null)
  if (raised.length < observed.raising || observed.calledOff > 0) return {}
  const backends = observed.backends.map(
    (one): HostedBackend => (raised.includes(one) ? { ...one, raising: false, state: 'up' } : one),
  )
  return { likely: desiredConfiguration(desired, { ...observed, backends, raising: 0 }) }
}

function firstToLeave({ configuration }: Observed): (one: HostedBackend, other: HostedBackend) => number {
  const listed = configuration && new Set(configuration.servers.map(({ backend }) => backend))
  const rank = ({ backend, state }: HostedBackend): number => {
    if (listed && !listed.has(backend)) return 0
    return state === 'down' ? 1 : 2
  }
  return (one, other) => rank(one) - rank(other) || other.number - one.number
}

const rankOfClaim = ({ state }: HostedBackend): number => (state === 'up' ? 0 : 1)
