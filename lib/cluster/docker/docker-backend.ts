import type { HostedState } from '#lib/cluster/backend-host.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import type { Container } from './engine/container.ts'

/**
 * What we do with a backend, beside what the engine says of its container:
 * - `raising`: a raise is bringing it up, from the moment that its name is asked for
 * - `present`: nothing; it is as the engine shows it
 * - `stopping`: SIGTERM may have been delivered. `removing`: it has ended, and its container goes, too
 * - `kept`: it has ended, and its container stays as the template of the next
 * - `unwanted`: made in vain, shown to nobody, and removed as soon as the engine allows it
 * - `doubted`: the engine never answered its creation, so the container may exist, or come yet
 */
export type Stage = 'raising' | 'present' | 'stopping' | 'removing' | 'kept' | 'unwanted' | 'doubted'

/** How a life that was to become ready ended instead. */
export type Ending = { removed: boolean; exitCode: number | null }

/** All that is known of one backend and its container, in one place. */
export type DockerBackend = {
  readonly name: string
  number: number
  stage: Stage
  /** 64 hex digits; null until the engine has named or listed the container. */
  id: string | null
  /** As the engine listed it last. */
  container: Container | null
  /** It said in its present life that it listens. */
  ready: boolean
  /** Which life that was. */
  startedAt: string | null
  /** The engine has answered the call of a raise that starts it. */
  isStarted: boolean
  /** Since that call. */
  ended: Ending | null
  port: number
  lastIp: string | null
  /** Ends the reading of its log, while that goes on. */
  following: AbortController | null
}

/** A backend of which nothing is known but its name. */
export const newBackend = (name: string, number: number, stage: Stage, port: number): DockerBackend => ({
  ...{ name, number, stage, id: null, container: null },
  ...{ ready: false, startedAt: null, isStarted: false, ended: null, port, lastIp: null, following: null },
})

/** The 12 hex digits that a container answers with as its hostname when none was set. */
export const backendKeyOf = (id: string): BackendKey => id.slice(0, 12)

export const isAlive = (container: Container | null): boolean =>
  container?.state === 'running' || container?.state === 'paused'

/** Compose starts what it creates at once; a container that was not started for this long is not about to be. */
const START_EXPECTED_MS = 10_000

/** Docker's words for a container in ours. The one place where they meet (design.md, section 2). */
export function hostedState(
  { state, createdAtMs }: Pick<Container, 'state' | 'createdAtMs'>,
  { stage, ready }: Pick<DockerBackend, 'stage' | 'ready'>,
  nowMs: number,
): HostedState {
  if (stage === 'stopping' || stage === 'removing') return 'stopping'
  if (state === 'running') return ready ? 'up' : 'starting'
  if (state === 'paused') return 'paused'
  if (stage === 'raising') return 'starting'
  if (state === 'created') return nowMs - createdAtMs < START_EXPECTED_MS ? 'starting' : 'down'
  return 'down'
}

/** Whether the backend is shown. A kept or doubted container that a user starts is `present` from then on. */
export const isShown = ({ stage, container }: DockerBackend): boolean =>
  container !== null && stage !== 'kept' && stage !== 'unwanted' && stage !== 'doubted'

/** The address that a backend has on a network which the front door stands in, too; null where it has none now. */
export function sharedAddress(backend: Container, frontDoor: Container | undefined): string | null {
  const networks = Object.keys(backend.addresses).sort()
  const shared = frontDoor ? networks.filter((name) => name in frontDoor.addresses) : networks
  return shared.map((name) => backend.addresses[name]).find((address) => address) ?? null
}
