import type { Policy, UpstreamServer } from '../front-door.ts'

/** What the dashboard tells the balancer's process. */
export type BalancerCommand =
  | { do: 'listen'; host: string; port: number }
  | { do: 'apply'; generation: string; servers: UpstreamServer[]; policy: Policy }

export type BalancerReport =
  | { event: 'started' }
  | { event: 'listening'; port: number }
  | { event: 'not-listening'; code: string }
  | { event: 'applied'; generation: string }
  /** No request is under way by an older list any more. */
  | { event: 'settled'; generation: string }
