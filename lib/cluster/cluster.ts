import type { ClusterSnapshot } from '#lib/protocol/model.ts'

/** What happened to the cluster, as an instrument would note it; the server turns it into an Action. */
export type ClusterNote = {
  kind: 'scaled' | 'joined' | 'left' | 'down' | 'back' | 'paused' | 'front-door' | 'engine'
  label: string
  backend: string | null
}

export type ClusterListener = {
  /** After every change; the snapshot is a fresh, frozen-by-convention value. */
  changed?: (snapshot: ClusterSnapshot) => void
  noted?: (note: ClusterNote) => void
}

/** Where the load engine dials: the front door and nothing else. */
export type Target = { host: string; port: number }

/**
 * What a cluster is. One contract suite (tests/contract/cluster.ts) runs against every way to have one.
 * Who opened a cluster closes it; close() is idempotent.
 */
export interface Cluster {
  snapshot(): ClusterSnapshot
  /** Returns the way to stop listening. */
  subscribe(listener: ClusterListener): () => void
  /**
   * Sets how many backends are wanted (0 to 50) and resolves when the front door's list is so, readiness and
   * reload included. A newer call takes over: the older one rejects with `superseded`.
   * Throws ProblemError `superseded`, `not-reached` (stage and cause; what was made is removed), `engine-gone`, `read-only`.
   */
  scale(replicas: number): Promise<ClusterSnapshot>
  /** Whether dead backends are taken out of the list at once; off by default. Throws ProblemError `read-only`. */
  followDeaths(on: boolean): Promise<ClusterSnapshot>
  /** Makes this dashboard the one that writes the front door's list, whoever did so before. Nothing to do when it is that already. */
  takeOver(): Promise<ClusterSnapshot>
  target(): Target
  /** Which backend has, or last had, this address; null for the front door's own and unknown ones. */
  backendAt(address: string): string | null
  /** Which backends stood in the front door's list of this generation; null for one that we did not make, or long past. */
  membersOf(generation: string): readonly string[] | null
  /** The stream saw the front door fail at this backend: how long it is avoided is computed from that. */
  attemptFailed(backend: string): void
  /** Whether a graceful reload that we ordered is under way on a front door that may cut kept connections by it. */
  reloadMayCut(): boolean
  close(): Promise<void>
}
