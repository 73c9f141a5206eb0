import type { FrontDoor } from '#lib/front-door/front-door.ts'
import type { ClusterKind, ClusterSnapshot, ClusterTrouble } from '#lib/protocol/model.ts'
import { BACKEND_FAULT_KINDS } from '#lib/protocol/service-lines.ts'
import { controlBackends } from './backend-control.ts'
import type { BackendHost } from './backend-host.ts'
import type { Cluster, ClusterListener, ClusterNote } from './cluster.ts'
import { refuseUnlessOurs } from './read-only.ts'
import { Wheel } from './wheel.ts'

export type SteeredClusterOptions = {
  kind: ClusterKind
  project: string | null
  reason: string
  otherwise: string
  host: BackendHost
  door: FrontDoor
  log: (event: string, fields: Record<string, unknown>) => void
  /** What else must be ended with the cluster, after host and front door. */
  closeAfter?: () => Promise<void>
}

/** A cluster made of a place where backends run, a front door, and a wheel that keeps the two in step. */
export function steerCluster(options: SteeredClusterOptions): Cluster {
  const { host, door } = options
  const listeners = new Set<ClusterListener>()
  let trouble: ClusterTrouble | null = null
  let doorCode: ClusterTrouble['code'] | null = null
  let doorSince = ''
  let announced = false
  let closing: Promise<void> | null = null

  // Changes come in flurries (a scale touches every backend): one snapshot a tick is enough.
  const changed = () => {
    if (announced) return
    announced = true
    setImmediate(() => {
      announced = false
      for (const listener of listeners) listener.changed?.(snapshot())
    })
  }
  const noted = (note: ClusterNote) => {
    options.log(`cluster-${note.kind}`, { label: note.label, backend: note.backend })
    for (const listener of listeners) listener.noted?.(note)
  }
  const wheel = new Wheel({ host, door, changed, noted, log: options.log })

  let doorStatus = door.status()
  const unsubscribe = [
    host.subscribe({
      changed: () => undefined,
      trouble: (detail) => {
        noted({ kind: 'engine', label: detail === null ? 'engine back' : 'engine gone', backend: null })
        trouble = detail === null ? null : { code: 'engine-gone', detail, since: new Date().toISOString() }
        changed()
      },
    }),
    door.subscribe({
      changed: () => {
        const status = door.status()
        if (status !== doorStatus) noted({ kind: 'front-door', label: `front door ${status}`, backend: null })
        doorStatus = status
        changed()
      },
    }),
  ]

  function doorTrouble(): ClusterTrouble | null {
    const holder = door.holder?.()
    const code = door.status() === 'down' ? 'front-door-down' : holder && !holder.mine ? 'read-only' : null
    if (code !== doorCode) doorSince = new Date().toISOString()
    doorCode = code
    if (code === 'front-door-down') {
      return { code, detail: 'The front door does not answer. It is tried again all the time.', since: doorSince }
    }
    if (code === 'read-only') {
      return {
        code,
        detail: `Another dashboard (${holder?.name}) keeps the front door's list; this one only watches.`,
        since: doorSince,
      }
    }
    return null
  }

  function snapshot(): ClusterSnapshot {
    return {
      cluster: options.kind,
      project: options.project,
      reason: options.reason,
      otherwise: options.otherwise,
      can: { scale: true, membership: true, weights: false, faults: [...BACKEND_FAULT_KINDS] },
      frontDoor: {
        url: door.url,
        kind: door.kind,
        version: door.version,
        algorithm: 'round robin',
        status: door.status(),
        generation: door.generation(),
      },
      replicas: wheel.replicas,
      scaling: wheel.scaling,
      followDeaths: wheel.followsDeaths,
      trouble: trouble ?? doorTrouble(),
      backends: wheel.backends(),
    }
  }

  return {
    snapshot,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async scale(replicas) {
      await wheel.scale(replicas)
      return snapshot()
    },
    async followDeaths(on) {
      wheel.followDeaths(on)
      return snapshot()
    },
    async takeOver() {
      if (door.holder?.().mine ?? true) return snapshot()
      door.takeOver?.()
      return snapshot()
    },
    ...controlBackends(host, () => refuseUnlessOurs(door)),
    target: () => door.target(),
    backendAt: (address) => host.backendAt(address),
    membersOf: (generation) => wheel.membersOf(generation),
    attemptFailed: (backend) => wheel.attemptFailed(backend),
    reloadMayCut: () => door.reloadMayCut(),
    close() {
      closing ??= (async () => {
        for (const stop of unsubscribe) stop()
        await wheel.close()
        await door.close()
        await host.close()
        await options.closeAfter?.()
      })()
      return closing
    },
  }
}
