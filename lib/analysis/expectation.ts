import type { Configuration, ConfiguredServer } from '#lib/protocol/configuration.ts'
import type { BackendKey } from '#lib/protocol/model.ts'

/**
 * What a configuration lets one expect of who answers:
 * - `turns`: each backend in its turn, so counts that differ by one at most;
 * - `shares`: counts as by weight, in an order that is not judged;
 * - `none`: it chooses by what it sees at the moment, so any counts may be right.
 */
export type Expectation = {
  kind: 'turns' | 'shares' | 'none'
  /** The part of all answers, 0 to 1, that is due to each backend that gets requests. */
  shares: ReadonlyMap<BackendKey, number>
  /** The largest `spread` that whole requests make by themselves. */
  evenSpread: number
}

/**
 * Smooth weighted round robin keeps the total weight W with |current weight| < W for every server, so each is less than one
 * request from its due, and two of them less than two apart (nginx, ngx_http_upstream_get_peer). Equal weights: one at most.
 */
const EVEN = { turns: 1, shares: 2, none: Number.POSITIVE_INFINITY } as const

/** Pure; the only place that knows which policy promises what. */
export function expectationOf({ policy, servers }: Configuration): Expectation {
  const chosen = servers.filter(({ state, backup }) => state === 'in' && !backup)
  const weight = chosen.reduce((sum, server) => sum + server.weight, 0)
  const kind = kindOf(policy.algorithm, chosen)
  return {
    kind,
    shares: new Map(chosen.map((server) => [server.backend, server.weight / weight])),
    evenSpread: EVEN[kind],
  }
}

function kindOf(algorithm: Configuration['policy']['algorithm'], chosen: ConfiguredServer[]): Expectation['kind'] {
  switch (algorithm) {
    case 'round robin':
      // A limit of connections passes turns on whenever it is reached.
      if (chosen.some(({ maxConns }) => maxConns > 0)) return 'none'
      return chosen.every(({ weight }) => weight === chosen[0]?.weight) ? 'turns' : 'shares'
  }
}
