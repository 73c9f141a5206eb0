import type { UpstreamServer } from '#lib/front-door/front-door.ts'
import type { BackendKey, Wanted } from '#lib/protocol/model.ts'
import type { HostedBackend } from './backend-host.ts'

/** What the wheel has decided about one backend; what it *is* the host says. */
export type Member = { wanted: Wanted; listed: boolean }

/**
 * The list that should be in force: every member that is listed and has an address. A fault changes nothing here,
 * so that the front door's own failure handling is what one sees; `followDeaths` takes the dead out at once, for comparison.
 */
export function upstreamServers(
  hosted: HostedBackend[],
  members: ReadonlyMap<BackendKey, Member>,
  followDeaths = false,
): UpstreamServer[] {
  return hosted.flatMap(({ backend, address, state }) =>
    address !== null && members.get(backend)?.listed && !(followDeaths && state === 'down')
      ? [{ address, weight: 1, down: false }]
      : [],
  )
}

export const sameServers = (one: UpstreamServer[] | null, other: UpstreamServer[]): boolean =>
  one !== null &&
  one.length === other.length &&
  one.every((server, index) => {
    const twin = other[index]
    return twin?.address === server.address && twin.weight === server.weight && twin.down === server.down
  })

/** Whom to let go: those that are leaving already, then the dead, then the highest numbers. */
export function chooseLeavers(
  hosted: HostedBackend[],
  members: ReadonlyMap<BackendKey, Member>,
  count: number,
): HostedBackend[] {
  const rank = ({ backend, state }: HostedBackend) =>
    (members.get(backend)?.wanted ?? 'up') !== 'up' ? 0 : state === 'down' ? 1 : 2
  return [...hosted].sort((one, other) => rank(one) - rank(other) || other.number - one.number).slice(0, count)
}
