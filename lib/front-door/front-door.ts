import type { Configuration } from '#lib/protocol/configuration.ts'
import type { BackendKey } from '#lib/protocol/model.ts'

export type FrontDoorListener = {
  /** It died or came back, another configuration is in force, old workers are gone, or the list has another owner. */
  changed: () => void
}

/** The load balancer that clients talk to, whichever it is: where to send, and what it is. */
export interface Door {
  readonly kind: 'nginx' | 'built-in'
  readonly version: string
  /** What a person opens. */
  readonly url: string
  status(): 'starting' | 'up' | 'down'
  subscribe(listener: FrontDoorListener): () => void
  /** Where the load engine dials. */
  target(): { host: string; port: number }
  close(): Promise<void>
}

/** The power to write the front door's list. A front door without it is watched only. */
export interface Membership {
  /** The generation that was last confirmed; null while another list is in force (the DNS list, another dashboard's) or nothing is known. */
  generation(): string | null
  /** Our configuration that was last confirmed, which `generation()` says is in force now or not. Null before the first. */
  configuration(): Configuration | null
  /** What a generation of ours stands for, known before its first answer; null for others and for those long past. */
  configurationOf(generation: string): Configuration | null
  /**
   * Puts this configuration in force. Resolves with its generation once a new connection is answered by it and no older worker
   * takes new connections. A refused configuration changes nothing. Calls are carried out one after the other.
   * Throws ProblemError: `not-reached`, stage `listed` (refused, with the front door's own words) or `reloaded`; `read-only`; `engine-gone`.
   */
  apply(configuration: Configuration): Promise<string>
  /**
   * Has the front door check a configuration that is likely to be applied next, so that its `apply` has less to wait for. Changes
   * nothing in force and never throws. Absent where there is nothing to check ahead.
   */
  prepare?(configuration: Configuration): void
  /**
   * Whether the front door may still send a request to this backend: it is `in` in the configuration in force, or an old worker that
   * is not gone yet had it. `changed` tells when that ends. Always true while another list is in force.
   */
  mayReach(backend: BackendKey): boolean
  /** A graceful reload that we ordered may be cutting kept client connections at this moment. */
  reloadMayCut(): boolean
}

/** Whose list is in force, by name: the first part of its generations. */
export type Owner = { mine: boolean; name: string }

/** Only where another dashboard may write the same front door's list. */
export interface Ownership {
  owner(): Owner
  /** Makes this dashboard the owner, whoever was it; `changed` is told, and the next configuration that is applied takes effect. */
  takeOver(): void
}

export type FrontDoor = Door & { membership: Membership; ownership?: Ownership }
