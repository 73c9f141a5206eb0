/** One backend as the front door's list has it. `down`: listed, but gets nothing (also the placeholder of an empty list). */
export type UpstreamServer = { address: string; weight: number; down: boolean }

/** How the front door chooses. The numbers are nginx's directives of the same name. */
export type Policy = {
  maxFails: number
  failTimeoutMs: number
  connectTimeoutMs: number
  readTimeoutMs: number
  nextUpstreamTries: number
  nextUpstreamTimeoutMs: number
}

export const DEFAULT_POLICY: Policy = {
  maxFails: 1,
  failTimeoutMs: 2_000,
  connectTimeoutMs: 500,
  readTimeoutMs: 3_000,
  nextUpstreamTries: 3,
  nextUpstreamTimeoutMs: 7_000,
}

export type FrontDoorListener = {
  /** It died, came back, or somebody else's configuration is in force. */
  changed: () => void
}

/** The load balancer that clients talk to, whichever it is, and the only way to change its list. */
export interface FrontDoor {
  readonly kind: 'nginx' | 'built-in'
  readonly version: string
  /** What a person opens. */
  readonly url: string
  status(): 'starting' | 'up' | 'down'
  /** The generation that was last confirmed in force. */
  generation(): string | null
  subscribe(listener: FrontDoorListener): () => void
  target(): { host: string; port: number }
  /**
   * Puts this list in force and resolves with its generation once a new connection is answered by it. A refused configuration
   * changes nothing. Throws ProblemError `not-reached`, stage `listed` (refused, with the front door's own words) or `reloaded`.
   */
  apply(servers: UpstreamServer[], policy: Policy): Promise<string>
  /** Resolves when nobody answers by an older list any more: old workers are gone, or their time is over. */
  settled(): Promise<void>
  /** A reload is under way (or just was) that may cut kept client connections. */
  reloadMayCut(): boolean
  /** Only where another dashboard may hold the wheel: whose list is in force, and how to make it ours. */
  holder?(): { mine: boolean; name: string }
  takeOver?(): void
  close(): Promise<void>
}
