import { formatMs } from '#components/ui/figures.ts'
import type { PageState } from '#lib/client/page-state.ts'
import type { ClusterSnapshot, FrontDoorView } from '#lib/protocol/model.ts'

/** A p95 of fewer is a guess. */
const P95_FROM_SAMPLES = 20

/** `3 of 4`: backends that are up, of those that are wanted. */
export const upOf = (cluster: ClusterSnapshot | null): string =>
  cluster
    ? `${cluster.backends.filter((one) => one.wanted === 'up' && one.status === 'up').length} of ${cluster.replicas}`
    : '–'

/** Of the burst in the panel, from 20 answers on. */
export const p95Of = ({ shown: { burst, live } }: PageState): string =>
  burst?.latencyMs.fromSent && live.totals.answered >= P95_FROM_SAMPLES ? formatMs(burst.latencyMs.fromSent.p95) : '–'

/** The same from when requests were due; null where it is the same, so that only what differs is said. */
export function p95FromDueOf(state: PageState): string | null {
  const { fromIntended } = state.shown.burst?.latencyMs ?? {}
  const fromSent = p95Of(state)
  const fromDue = fromIntended && fromSent !== '–' ? formatMs(fromIntended.p95) : null
  return fromDue === fromSent ? null : fromDue
}

/** `:8080` */
export const portOf = (url: string): string => {
  const { port, protocol } = new URL(url)
  return `:${port || (protocol === 'https:' ? '443' : '80')}`
}

/** `nginx 1.30, round robin`; the patch level is for the popover of somebody else. */
export const frontDoorText = ({ kind, version, algorithm }: FrontDoorView): string =>
  `${kind === 'nginx' ? `nginx ${version.split('.').slice(0, 2).join('.')}` : 'built-in balancer'}, ${algorithm}`

/** `docker · robinscope`, `embedded · nginx`: which way to have a cluster runs, in two words. */
export const pillText = ({
  cluster,
  project,
  frontDoor,
}: Pick<ClusterSnapshot, 'cluster' | 'project' | 'frontDoor'>): string => `${cluster} · ${project ?? frontDoor.kind}`
