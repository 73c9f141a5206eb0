import { Listeners } from '#lib/concurrency/listeners.ts'
import type { Log } from '#lib/concurrency/log.ts'
import type { FrontDoor } from '#lib/front-door/front-door.ts'
import { DEFAULT_POLICY } from '#lib/protocol/configuration.ts'
import type { Backend, BackendKey, ClusterKind, ClusterSnapshot } from '#lib/protocol/model.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { BACKEND_FAULT_KINDS } from '#lib/protocol/service-lines.ts'
import { controlBackends } from './backend-control.ts'
import type { BackendHost } from './backend-host.ts'
import { viewBackends } from './backend-view.ts'
import type { Cluster, ClusterListener, ClusterNote } from './cluster.ts'
import { notesBetween } from './cluster-notes.ts'
import { ClusterTroubles } from './cluster-troubles.ts'
import { Ejections } from './ejections.ts'
import { divide } from './next-step.ts'
import { Reconciler } from './reconciler.ts'
import { ownsList, refuseUnlessOwner } from './refusals.ts'

export type OpenClusterOptions = {
  kind: ClusterKind
  project: string | null
  reason: string
  howToSwitch: string
  host: BackendHost
  door: FrontDoor
  log: Log
  /** See ScaleCommand. */
  takeBackMs?: number | undefined
  /** What else must be closed with the cluster, after host and front door. */
  closeAfter?: () => Promise<void>
}

/** A cluster made of a place where backends run, a front door whose list we may write, and a reconciler that keeps both as desired. */
export function openCluster(options: OpenClusterOptions): Cluster {
  const { host, door, log } = options
  const { membership } = door
  const listeners = new Listeners<ClusterListener>()
  const ejections = new Ejections(() => changed())
  const troubles = new ClusterTroubles(door)
  let isAnnounced = false
  let generation = membership.generation()
  let doorStatus = door.status()
  let seen: ReadonlyMap<BackendKey, Backend> = new Map()
  let closing: Promise<void> | null = null

  const noted = (note: ClusterNote): void => {
    log(`cluster-${note.kind}`, { label: note.label, backend: note.backend })
    listeners.tell((listener) => listener.noted?.(note))
  }

  function look(): void {
    if (membership.generation() !== generation) ejections.clear()
    generation = membership.generation()
    if (door.status() !== doorStatus)
      noted({ kind: 'front-door', label: `front door ${door.status()}`, backend: null, number: null })
    doorStatus = door.status()
    const now = new Map(backends().map((backend) => [backend.backend, backend]))
    for (const note of notesBetween(seen, now)) noted(note)
    seen = now
  }

  // Changes come in flurries (a scale touches every backend): one snapshot in a turn of the event loop is enough.
  function changed(): void {
    if (isAnnounced) return
    isAnnounced = true
    setImmediate(() => {
      isAnnounced = false
      if (closing) return
      look()
      listeners.tell((listener) => listener.changed?.(snapshot()))
    })
  }

  const reconciler = new Reconciler({ host, door, changed, log, takeBackMs: options.takeBackMs })
  const unsubscribe = [
    host.subscribe({
      changed,
      trouble: (detail) => {
        noted({ kind: 'engine', label: detail === null ? 'engine back' : 'engine gone', backend: null, number: null })
        troubles.engine(detail)
        changed()
      },
    }),
    door.subscribe({ changed }),
  ]
  look()

  function backends(): Backend[] {
    const ejectedUntil = (backend: BackendKey) => ejections.until(backend)
    return viewBackends(reconciler.desired, reconciler.observed(), { isOwner: ownsList(door), ejectedUntil })
  }

  function replicas(): number {
    const { desired } = reconciler
    return desired.replicas ?? divide(desired, reconciler.observed()).staying.length
  }

  function snapshot(): ClusterSnapshot {
    return {
      cluster: options.kind,
      project: options.project,
      reason: options.reason,
      howToSwitch: options.howToSwitch,
      can: { scale: true, membership: true, weights: false, faults: [...BACKEND_FAULT_KINDS] },
      frontDoor: {
        url: door.url,
        kind: door.kind,
        version: door.version,
        algorithm: (membership.configuration()?.policy ?? DEFAULT_POLICY).algorithm,
        status: door.status(),
        generation: membership.generation(),
      },
      replicas: replicas(),
      scaling: reconciler.scaling,
      followDeaths: reconciler.desired.followDeaths,
      trouble: troubles.now(),
      backends: backends(),
    }
  }

  async function close(): Promise<void> {
    for (const stop of unsubscribe) stop()
    await reconciler.close()
    ejections.clear()
    await door.close()
    await host.close()
    await options.closeAfter?.()
  }

  return {
    snapshot,
    subscribe: listeners.subscribe,
    async scale(wanted) {
      const before = replicas()
      const reached = reconciler.scale(wanted)
      if (replicas() !== before) noted({ kind: 'scaled', label: `${before} → ${wanted}`, backend: null, number: null })
      await reached
      return snapshot()
    },
    async followDeaths(on) {
      reconciler.desire({ followDeaths: on })
      return snapshot()
    },
    async takeOver() {
      if (closing) throw new ProblemError('not-reached', 'The dashboard is being stopped.', { stage: 'listed' })
      if (!ownsList(door)) door.ownership?.takeOver()
      if (door.ownership) await reconciler.settle()
      return snapshot()
    },
    ...controlBackends(host, () => refuseUnlessOwner(door)),
    target: () => door.target(),
    backendAt: (address) => host.backendAt(address),
    configurationOf: (of) => membership.configurationOf(of),
    attemptFailed(backend) {
      const { maxFails, failTimeoutMs } = (membership.configuration() ?? { policy: DEFAULT_POLICY }).policy
      const listed = backends().filter((one) => one.listed)
      const isTried = listed.length > 1 && listed.some((one) => one.backend === backend)
      if (isTried && maxFails > 0) ejections.failed(backend, failTimeoutMs)
    },
    reloadMayCut: () => membership.reloadMayCut(),
    close() {
      closing ??= close()
      return closing
    },
  }
}
