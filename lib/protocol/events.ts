import type { Action, BackendKey, Burst, BurstEdit, BurstRequest, ClusterSnapshot } from './model.ts'
import type { Problem } from './problem.ts'
import type { OwnCount } from './service-lines.ts'

export type Ack<Value> = { ok: true; value: Value } | { ok: false; problem: Problem }
export type Answer<Value> = (ack: Ack<Value>) => void

/** First thing a browser hears, on every connection. */
export type Welcome = {
  protocol: number
  version: string
  cluster: ClusterSnapshot
  /** Names this start of the server: see Burst.boot. */
  boot: string
  /** The running burst, else the last one, else null. */
  burst: Burst | null
  /** The kept bursts, newest first, `burst` among them. */
  runs: Burst[]
  /** The latest actions, oldest first. */
  actions: Action[]
  /** Whether the samples that follow continue what the browser had (`resume`) or start anew. */
  resumed: boolean
}

/** Facts, in the past tense. */
export type ServerToClientEvents = {
  welcomed: (welcome: Welcome) => void
  'cluster:changed': (snapshot: ClusterSnapshot) => void
  'burst:started': (burst: Burst) => void
  /** See frame.ts: samples with cumulative totals. */
  'burst:frame': (frame: ArrayBuffer | Uint8Array) => void
  /** The whole summary, about once a second while a burst runs. */
  'burst:measured': (burst: Burst) => void
  'burst:finished': (burst: Burst) => void
  'action:happened': (action: Action) => void
}

/** Commands, in the imperative, each with an ack. */
export type ClientToServerEvents = {
  'burst:start': (request: Partial<BurstRequest>, answer: Answer<{ id: string }>) => void
  'burst:cancel': (command: { id: string }, answer: Answer<Burst>) => void
  'burst:edit': (command: { id: string } & BurstEdit, answer: Answer<Burst>) => void
  'cluster:scale': (command: { replicas: number }, answer: Answer<ClusterSnapshot>) => void
  'cluster:follow-deaths': (command: { followDeaths: boolean }, answer: Answer<ClusterSnapshot>) => void
  /** A dashboard that only watches becomes the one that writes the front door's list. */
  'cluster:take-over': (command: Record<string, never>, answer: Answer<ClusterSnapshot>) => void
  'backend:read-ledger': (command: { backend: BackendKey }, answer: Answer<OwnCount>) => void
  /** Flow control: the browser has taken in every sample before this sequence number. */
  'frame:taken': (command: { burst: number; nextSeq: number }) => void
}

/** What a browser sends in the handshake's `auth`. */
export type Handshake = {
  token: string
  protocol: number
  /** Where it stopped, to go on without a gap: boot, numeric burst id (see frame.ts) and the next sequence number. */
  resume?: { boot: string; burst: number; nextSeq: number }
}
