import { DEFAULT_SETTINGS } from '#lib/protocol/configuration.ts'
import type { Backend, BackendKey, BackendStatus, Wanted } from '#lib/protocol/model.ts'
import type { HostedBackend } from './backend-host.ts'
import { type Desired, divide, type Observed } from './next-step.ts'

/**
 * Which backends get requests, by the configuration in force and nothing else: the last one that is known to have been, while the front
 * door does not answer. Where another list is in force (by DNS, or another dashboard's), these are the backends that are up: what such
 * lists are made of.
 */
function listedBackends({ backends, configuration }: Observed, isOwner: boolean): ReadonlySet<BackendKey> {
  const listed =
    isOwner && configuration
      ? configuration.servers.filter(({ state }) => state === 'in')
      : backends.filter(({ state }) => state === 'up')
  return new Set(listed.map(({ backend }) => backend))
}

/** The backends as everybody sees them: one status each, from what is desired and what is observed. */
export function viewBackends(
  desired: Desired,
  observed: Observed,
  { isOwner, ejectedUntil }: { isOwner: boolean; ejectedUntil: (backend: BackendKey) => string | null },
): Backend[] {
  const leaving = new Set(divide(desired, observed).leaving.map(({ backend }) => backend))
  const listed = listedBackends(observed, isOwner)
  return observed.backends.map((hosted) => {
    const { backend, number, address } = hosted
    const wish = desired.wishes.get(number) ?? { ...DEFAULT_SETTINGS, wanted: 'up' as const }
    const wanted = wantedOf(hosted, leaving.has(backend), wish.wanted)
    const isListed = listed.has(backend)
    return {
      ...{ backend, number, address, wanted },
      status: statusOf(hosted, wanted, isListed),
      listed: isListed,
      weight: wish.weight,
      ejectedUntil: ejectedUntil(backend),
    }
  })
}

function wantedOf({ state }: HostedBackend, isLeaving: boolean, wish: Wanted): Wanted {
  if (state === 'stopping') return 'down'
  return isLeaving ? 'draining' : wish
}

function statusOf({ state }: HostedBackend, wanted: Wanted, isListed: boolean): BackendStatus {
  if (state === 'stopping') return 'draining'
  if (state !== 'up') return state
  if (wanted !== 'up') return 'draining'
  return isListed ? 'up' : 'starting'
}
