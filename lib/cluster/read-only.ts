import type { FrontDoor } from '#lib/front-door/front-door.ts'
import { ProblemError } from '#lib/protocol/problem.ts'

/** Throws ProblemError `read-only` while another dashboard keeps the front door's list. */
export function refuseUnlessOurs(door: FrontDoor): void {
  const holder = door.holder?.()
  if (!holder || holder.mine) return
  throw new ProblemError(
    'read-only',
    `Another dashboard (${holder.name}) keeps the front door's list, so this one only watches. Stop that one, or take over here.`,
  )
}
