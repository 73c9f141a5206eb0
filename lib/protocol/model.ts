import type { Policy } from './configuration.ts'
import type { Failover, Stretch, Verdict } from './judgement.ts'
import type { BackendFaultKind } from './service-lines.ts'

/** The nouns of the product, as they cross every boundary. Times in JSON are `…Ms`, points in time ISO 8601. */

/** 12 hex digits: the hostname that a backend answers with. The one key that joins everything. */
export type BackendKey = string

/** Stands where a backend's key would, where a backend answered and nobody can say which. */
export const UNKNOWN_BACKEND = 'unknown'

export type ClusterKind = 'embedded' | 'docker' | 'swarm'
export type Wanted = 'up' | 'draining' | 'down'
export type BackendStatus = 'starting' | 'up' | 'draining' | 'paused' | 'down'

export type Backend = {
  backend: BackendKey
  /** The replica's number in its service, 1 or more: shown wherever a colour is. */
  number: number
  /** host:port as the front door dials it; null while unknown. */
  address: string | null
  wanted: Wanted
  status: BackendStatus
  /** Whether the front door's list in force has this backend. */
  listed: boolean
  weight: number
  /** Until when the front door avoids it after failures, computed from what we saw; null when it does not. */
  ejectedUntil: string | null
}

/** What a cluster can do; every control on the page reads it. */
export type Can = { scale: boolean; membership: boolean; weights: boolean; faults: BackendFaultKind[] }

export type FrontDoorStatus = 'starting' | 'up' | 'down'

export type FrontDoorView = {
  /** What a person opens, e.g. http://localhost:8080 */
  url: string
  kind: 'nginx' | 'built-in'
  version: string
  algorithm: Policy['algorithm']
  status: FrontDoorStatus
  /** The configuration in force, `owner-number`; null while another list is in force or none was confirmed. */
  generation: string | null
}

/** Why the picture may be stale or the controls refused; null when all is well. */
export type ClusterTrouble = { code: 'engine-gone' | 'read-only' | 'front-door-down'; detail: string; since: string }

export type ClusterSnapshot = {
  cluster: ClusterKind
  /** The Compose project; null where there is none. */
  project: string | null
  /** Why this kind of cluster runs, in one sentence. */
  reason: string
  /** How to run the other kind of cluster, in one sentence. */
  howToSwitch: string
  can: Can
  frontDoor: FrontDoorView
  /** How many backends are wanted. */
  replicas: number
  /** True while a scale is under way. */
  scaling: boolean
  /** Whether a backend that dies is taken out of the list at once, instead of left to the front door's own failure handling. */
  followDeaths: boolean
  trouble: ClusterTrouble | null
  backends: Backend[]
}

export type Outcome = 'answered' | 'failed' | 'timedOut' | 'cancelled'

/** Order is part of the wire format: a sample carries the index. 0 means none. */
export const REASONS = [
  'none',
  'connect',
  'connection-closed',
  'malformed',
  'too-large',
  'no-backend',
  'gateway-timeout',
  'front-door-5xx',
] as const
export type Reason = (typeof REASONS)[number]

/** Order is part of the wire format. */
export const OUTCOMES = ['answered', 'failed', 'timedOut', 'cancelled'] as const satisfies readonly Outcome[]

/** One try of the front door at one backend ($upstream_addr, $upstream_status). `backend` null: one that is not known, or none. */
export type Attempt = { backend: BackendKey | null; address: string; status: number | null; ms: number | null }

/** The front door had no backend to ask: an address without a colon is the name of nginx's group. */
export const isFrontDoorItself = (address: string): boolean => !address.includes(':')

export type Sample = {
  /** Its place in the order of ends, from 0. */
  seq: number
  /** Its place in the order of sending, from 0. */
  order: number
  intendedUs: number
  sentUs: number
  latencyUs: number
  outcome: Outcome
  reason: Reason
  status: number | null
  backend: BackendKey | null
  generation: string | null
  resent: boolean
  attempts: Attempt[]
}

/** Counts of a burst. sent = answered + failed + timedOut + cancelled + inFlight, always. */
export type Totals = {
  sent: number
  inFlight: number
  answered: number
  errors: number
  failed: number
  timedOut: number
  cancelled: number
  late: number
  rescued: number
  resent: number
}

export const NO_TOTALS: Readonly<Totals> = {
  sent: 0,
  inFlight: 0,
  answered: 0,
  errors: 0,
  failed: 0,
  timedOut: 0,
  cancelled: 0,
  late: 0,
  rescued: 0,
  resent: 0,
}

export type Quantiles = { p50: number; p90: number; p95: number; p99: number; p999: number; max: number }

export type BurstRequest = {
  requests?: number | undefined
  durationMs?: number | undefined
  concurrency: number
  ratePerSecond?: number | undefined
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS'
  path: string
  headers: Record<string, string>
  body?: string | undefined
  keepAlive: boolean
  timeoutMs: number
  seed?: number | undefined
}

export type BurstEdit = { ratePerSecond?: number | undefined; concurrency?: number | undefined }

export type BurstStatus = 'running' | 'finished' | 'cancelled' | 'failed'

export type BackendShare = {
  backend: BackendKey
  answered: number
  errors: number
  /** Requests that it failed and another backend answered. */
  rescuedFrom: number
  /** 0 to 1, of all answered. */
  share: number
  /** 0 to 1; null when it cannot be said, e.g. it was a member only for part of the burst. */
  expectedShare: number | null
  latencyMs: Quantiles | null
}

export type Burst = Totals & {
  id: string
  /** Names the server's start: burst ids begin anew with each. */
  boot: string
  status: BurstStatus
  /** Why a burst with status "failed" ended; null otherwise. */
  failure: string | null
  request: BurstRequest
  byStatus: Record<string, number>
  rps: number
  latencyMs: { fromSent: Quantiles | null; fromIntended: Quantiles | null }
  /** The share of requests, 0 to 1, that waited for a free place although their time had come. Only with a rate. */
  lateStarts: number | null
  byBackend: BackendShare[]
  fairness: { spread: number; jain: number } | null
  /** Departures from strict alternation; judged at concurrency 1 only, else null. */
  deviations: number | null
  /** In order of appearance, the last MAX_STRETCHES; `stretchesLeftOut` counts those before. */
  stretches: Stretch[]
  stretchesLeftOut: number
  failovers: Failover[]
  verdict: Verdict
  startedAt: string
  finishedAt: string | null
}

/** The contract's "failed": every request that a client did not get a good answer to. Its parts have names of their own. */
export const failedInAll = ({ failed, timedOut, errors }: Pick<Totals, 'failed' | 'timedOut' | 'errors'>): number =>
  failed + timedOut + errors

/** Requests that have ended, one way or another: also the next sequence number when every sample has come. */
export const settledOf = ({ answered, failed, timedOut, cancelled }: Totals): number =>
  answered + failed + timedOut + cancelled

/** What the charts and the tape mark: an action somebody took, or a thing that happened to the cluster. */
export type Action = {
  id: number
  at: string
  kind: 'scaled' | 'joined' | 'left' | 'down' | 'back' | 'paused' | 'front-door' | 'engine' | 'burst'
  /** Short enough for a chart's label: "killed 2", "2 → 6". */
  label: string
  backend: BackendKey | null
  /** The backend's number, when it was known: the backend itself may be gone. */
  number: number | null
  /** The burst that ran then and the microseconds since its start; null when none ran. */
  burst: { id: string; sinceUs: number } | null
}
