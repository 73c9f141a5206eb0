import type { Backend, BackendKey } from '#lib/protocol/model.ts'
import type { ClusterNote } from './cluster.ts'

type Seen = ReadonlyMap<BackendKey, Backend>

/**
 * What happened between two looks, as one would note it. "joined" and "left" tell of the list in force: a backend joins where the
 * generation changes, not when it is made, and leaves likewise. The rest tells of the backends themselves, those apart that we let go.
 */
export function notesBetween(before: Seen, now: Seen): ClusterNote[] {
  const notes: ClusterNote[] = []
  for (const backend of now.values()) notes.push(...notesOf(before.get(backend.backend), backend))
  for (const { backend, number, listed } of before.values()) {
    if (listed && !now.has(backend)) notes.push({ kind: 'left', label: `backend ${number} left`, backend, number })
  }
  return notes
}

function notesOf(was: Backend | undefined, { backend, number, listed, status, wanted }: Backend): ClusterNote[] {
  const notes: ClusterNote[] = []
  const note = (kind: ClusterNote['kind'], what: string) =>
    notes.push({ kind, label: `backend ${number} ${what}`, backend, number })
  if (listed && !was?.listed) note('joined', 'joined')
  if (was?.listed && !listed) note('left', 'left')
  if (was === undefined || was.status === status || wanted !== 'up') return notes
  if (status === 'down') note('down', 'down')
  if (status === 'paused') note('paused', 'paused')
  if (status === 'up' && (was.status === 'down' || was.status === 'paused') && was.listed) note('back', 'back')
  return notes
}
