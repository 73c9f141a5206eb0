import { ProblemError } from '#lib/protocol/problem.ts'
import type { HostedBackend } from './backend-host.ts'

const WHY_NOT = { down: 'it is down', paused: 'it is paused' }

/** Throws ProblemError `not-found` or `not-reached` when it is known beforehand that a backend cannot be told anything. */
export function refuseUnreachable<Hosted extends HostedBackend>(
  hosted: Hosted | undefined,
  backend: string,
): asserts hosted is Hosted {
  if (!hosted) throw new ProblemError('not-found', `There is no backend ${backend.slice(0, 12)}.`)
  if (hosted.state !== 'down' && hosted.state !== 'paused') return
  const cause = WHY_NOT[hosted.state]
  throw new ProblemError('not-reached', `Backend ${hosted.backend} cannot be told anything: ${cause}.`, { cause })
}
