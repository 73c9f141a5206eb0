import type { BackendKey } from './model.ts'

export const ALGORITHMS = ['round robin'] as const

/** How the front door chooses. The numbers are nginx's directives of the same name, times in milliseconds. */
export type Policy = {
  readonly algorithm: (typeof ALGORITHMS)[number]
  readonly maxFails: number
  readonly failTimeoutMs: number
  readonly connectTimeoutMs: number
  readonly readTimeoutMs: number
  readonly nextUpstreamTries: number
  readonly nextUpstreamTimeoutMs: number
}

/** What can be set for one backend; it belongs to the replica's number, so it survives the container. `maxConns` 0: no limit. */
export type ServerSettings = { readonly weight: number; readonly maxConns: number; readonly backup: boolean }

/** `in` gets requests. `draining` and `down` stand in the list and get none: nginx's `down`. */
export type ServerState = 'in' | 'draining' | 'down'

/** One backend as the front door's list has it. `address` is host:port, an IPv4 address or a bracketed IPv6 one. */
export type ConfiguredServer = ServerSettings & {
  readonly backend: BackendKey
  readonly address: string
  readonly state: ServerState
}

/** Everything that the front door is told, as one frozen value. A generation is one configuration in force. */
export type Configuration = { readonly policy: Policy; readonly servers: readonly ConfiguredServer[] }

export const DEFAULT_POLICY: Policy = Object.freeze({
  algorithm: ALGORITHMS[0],
  maxFails: 1,
  failTimeoutMs: 2_000,
  connectTimeoutMs: 500,
  readTimeoutMs: 3_000,
  nextUpstreamTries: 3,
  nextUpstreamTimeoutMs: 7_000,
})

export const DEFAULT_SETTINGS: ServerSettings = Object.freeze({ weight: 1, maxConns: 0, backup: false })
