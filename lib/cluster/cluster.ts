import type { Configuration } from '#lib/protocol/configuration.ts'
import type { BackendKey, ClusterSnapshot } from '#lib/protocol/model.ts'
import type { BackendFault, BackendFaultKind, BackendFaultOn, LedgerPage } from '#lib/protocol/service-lines.ts'

/** What happened to the cluster, as an instrument would note it; the server turns it into an Action. `joined` and `left`: the list in force. */
export type ClusterNote = {
  kind: 'scaled' | 'joined' | 'left' | 'down' | 'back' | 'paused' | 'front-door' | 'engine'
  label: string
  backend: string | null
  /** Its replica's number; null where no backend is meant. */
  number: number | null
}

export type ClusterListener = {
  /** After every change; the snapshot is a fresh value that nobody changes. */
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
   * Sets how many backends are wanted (0 to 50) and resolves when there are so many and the front door's list says so. A newer call
   * takes over: the older one rejects with `superseded`. Ends within 30 s. After a failure nothing is half done: what the call made is
   * removed, every backend that runs is in the list again, and `replicas` is how many there are.
   * Throws ProblemError `superseded`, `not-reached` (stage and cause), `engine-gone`, `read-only`.
   */
  scale(replicas: number): Promise<ClusterSnapshot>
  /** Whether dead backends are taken out of the list at once; off by default. Throws ProblemError `read-only`. */
  followDeaths(on: boolean): Promise<ClusterSnapshot>
  /**
   * Makes this dashboard the one that writes the front door's list, whoever did so before; resolves when its list is in force. Nothing
   * to do when it is that already. Throws like `scale`.
   */
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
  /** How many requests have arrived whole at this backend since its start, by its own count. Throws like `fault`, never `read-only`. */
  executed(backend: BackendKey): Promise<number>
  target(): Target
  /** Which backend has, or last had, this address; null for the front door's own and unknown ones. */
  backendAt(address: string): string | null
  /** What the front door was told for this generation, known before its first answer; null for one that we did not make, or long past. */
  configurationOf(generation: string): Configuration | null
  /** The stream saw the front door fail at this backend: how long the front door avoids it is computed from that. */
  attemptFailed(backend: string): void
  /** Whether a graceful reload that we ordered is under way on a front door that may cut kept connections by it. */
  reloadMayCut(): boolean
  close(): Promise<void>
}
