import type { HostedBackend } from '#lib/cluster/backend-host.ts'
import { backendKeyOf, type Container } from './container.ts'
import { hostedState } from './hosted-state.ts'

export type Shown = {
  container: Container
  ready: boolean
  port: number
  /** Its address now, and the last that it had. */
  ip: string | null
  lastIp: string | null
}

/**
 * The containers of the service as the wheel sees them, by number. One that stopped keeps its last address, so that it can stay
 * listed, unless another container has got that address since: an address stands for one backend.
 */
export function showReplicas(replicas: Shown[], nowMs: number): HostedBackend[] {
  const taken = new Set(replicas.map(({ ip }) => ip))
  return [...replicas]
    .sort((one, other) => one.container.number - other.container.number)
    .map(({ container, ready, port, ip, lastIp }) => {
      const kept = ip ?? (taken.has(lastIp) ? null : lastIp)
      taken.add(kept)
      return {
        backend: backendKeyOf(container.id),
        number: container.number,
        address: kept === null ? null : `${kept}:${port}`,
        state: hostedState(container, ready, nowMs),
      }
    })
}
