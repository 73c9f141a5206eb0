import type { Configuration } from '#lib/protocol/configuration.ts'

/** What the dashboard tells the balancer's process. */
export type BalancerCommand =
  | { do: 'listen'; host: string; port: number }
  | { do: 'apply'; generation: string; configuration: Configuration }

export type BalancerReport =
  | { event: 'started' }
  | { event: 'listening'; port: number }
  | { event: 'not-listening'; code: string }
  | { event: 'applied'; generation: string; old: string[] }
  /** Requests may still be under way by these older generations, and by no other; so says `old` of `applied`, too. */
  | { event: 'old'; generations: string[] }
