import type { FrontDoor } from '#lib/front-door/front-door.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { HostedBackend } from './backend-host.ts'

const WHY_NOT = { down: 'it is down', paused: 'it is paused', stopping: 'it is being stopped' }

/** Throws ProblemError `not-found` or `not-reached` when it is known beforehand that a backend cannot be told anything. */
export function refuseUnreachable<Hosted extends HostedBackend>(
  hosted: Hosted | undefined,
  backend: string,
): asserts hosted is Hosted {
  if (!hosted) throw new ProblemError('not-found', `There is no backend ${backend.slice(0, 12)}.`)
  if (hosted.state === 'up' || hosted.state === 'starting') return
  const cause = WHY_NOT[hosted.state]
  throw new ProblemError('not-reached', `Backend ${hosted.backend} cannot be told anything: ${cause}.`, { cause })
}

type Owned = Pick<FrontDoor, 'ownership'>

/** Why a dashboard that does not own the front door's list changes nothing. */
export const readOnly = ({ ownership }: Owned): ProblemError =>
  new ProblemError(
    'read-only',
    `Another dashboard (${ownership?.owner().name}) writes the front door's list, so this one only watches. Stop that one, or take over here.`,
  )

/** Whether this dashboard may write the front door's list. */
export const ownsList = ({ ownership }: Owned): boolean => ownership?.owner().mine ?? true

/** Throws ProblemError `read-only` while another dashboard owns the front door's list. */
export function refuseUnlessOwner(door: Owned): void {
  if (!ownsList(door)) throw readOnly(door)
}
