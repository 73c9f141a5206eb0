import type { BackendKey } from '#lib/protocol/model.ts'
import type { HostedBackend } from './backend-host.ts'
import type { ClusterNote } from './cluster.ts'

type Hosted = ReadonlyMap<BackendKey, HostedBackend>

/** What happened between two looks at the host, as one would note it. Those that leave because we let them go are no news until they are gone. */
export function notesBetween(before: Hosted, now: Hosted, isLeaving: (backend: BackendKey) => boolean): ClusterNote[] {
  const notes = [...now.values()].flatMap((hosted) =>
    isLeaving(hosted.backend) ? [] : noteOf(hosted, before.get(hosted.backend)?.state),
  )
  for (const { backend, number } of before.values()) {
    if (!now.has(backend)) notes.push({ kind: 'left', label: `${number} left`, backend })
  }
  return notes
}

function noteOf({ backend, number, state }: HostedBackend, was: HostedBackend['state'] | undefined): ClusterNote[] {
  if (was === state) return []
  if (state === 'down') return was === undefined ? [] : [{ kind: 'down', label: `${number} went down`, backend }]
  if (state === 'paused') return [{ kind: 'paused', label: `${number} paused`, backend }]
  if (state !== 'up') return []
  return was === 'down' || was === 'paused'
    ? [{ kind: 'back', label: `${number} is back`, backend }]
    : [{ kind: 'joined', label: `${number} joined`, backend }]
}
