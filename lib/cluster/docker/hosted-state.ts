import type { HostedState } from '#lib/cluster/backend-host.ts'
import type { Container } from './container.ts'

/** Compose starts what it creates at once; one that still was not started after this long is not about to be. */
const START_EXPECTED_MS = 10_000

/** Docker's words for a container in ours. The one place where they meet (design.md, section 2). */
export function hostedState(
  { state, createdAtMs }: Pick<Container, 'state' | 'createdAtMs'>,
  ready: boolean,
  nowMs: number,
): HostedState {
  if (state === 'running') return ready ? 'up' : 'starting'
  if (state === 'paused') return 'paused'
  if (state === 'created') return nowMs - createdAtMs < START_EXPECTED_MS ? 'starting' : 'down'
  return 'down'
}

/** The address that a backend has on a network which the front door stands in, too; null where it has none now. */
export function sharedAddress(backend: Container, frontDoor: Container | undefined): string | null {
  const networks = Object.keys(backend.addresses).sort()
  const shared = frontDoor ? networks.filter((name) => name in frontDoor.addresses) : networks
  return shared.map((name) => backend.addresses[name]).find((address) => address) ?? null
}

/** The number of a replica to come, as Compose would give it: on from the highest that is taken. */
export const nextNumber = (taken: number[]): number => Math.max(0, ...taken) + 1
