import type { BackendKey, ClusterSnapshot } from '#lib/protocol/model.ts'
import type { BackendFault, BackendFaultKind, BackendFaultOn, LedgerPage } from '#lib/protocol/service-lines.ts'

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

/** `start` counts from zero, with or without request ids; `reset` goes back to zero; `stop` keeps what was counted. */
export type LedgerOrder = { act: 'start'; ids?: boolean } | { act: 'read' | 'reset' | 'stop' }

/** What a backend did by its own account: requests by method, and executions by request id (none unless it counts with ids). */
export type BackendLedger = Omit<LedgerPage, 'ids' | 'next'> & { ids: ReadonlyMap<string, number> }

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
  /**
   * Makes one backend slow or failing until it is healed or its process ends; one of each kind at most, a further one replaces it.
   * Resolves with all that is wrong with it now. Throws ProblemError `not-found`, `not-reached` (down, paused, no answer within 5 s),
   * `malformed` (in the backend's words; nothing was changed), `read-only`, `engine-gone`.
   */
  fault(backend: BackendKey, fault: BackendFault): Promise<BackendFaultOn[]>
  /** Ends one kind of fault, or all. Answers that are held up already still come when their time is over. Throws like `fault`. */
  heal(backend: BackendKey, kind?: BackendFaultKind): Promise<BackendFaultOn[]>
  /** What is wrong with a backend on purpose. */
  faults(backend: BackendKey): Promise<BackendFaultOn[]>
  /**
   * The backend's own ledger, after the order was carried out. Read it when no request is under way: it is read in pages.
   * A new life of the backend begins without one. Throws like `fault`; reading is never `read-only`.
   */
  ledger(backend: BackendKey, order: LedgerOrder): Promise<BackendLedger>
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
