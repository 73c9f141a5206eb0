import { createHash } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import { ALGORITHMS, type Configuration, type ConfiguredServer, type Policy } from '#lib/protocol/configuration.ts'

/** A configuration that nobody can change any more. The order of the servers is part of it: it is the order of the first turns. */
export function configurationOf(policy: Policy, servers: readonly ConfiguredServer[]): Configuration {
  return Object.freeze({
    policy: Object.freeze({ ...policy }),
    servers: Object.freeze(servers.map((server) => Object.freeze({ ...server }))),
  })
}

/** 64 hex digits (SHA-256) that are equal exactly when two configurations are: every field counts, the order of fields does not. @public Names a configuration for those who change it. */
export function hashOf(configuration: Configuration): string {
  return createHash('sha256').update(canonical(configuration)).digest('hex')
}

export const sameConfiguration = (one: Configuration | null, other: Configuration | null): boolean =>
  one === other || (one !== null && other !== null && canonical(one) === canonical(other))

const sorted = (fields: object): [string, unknown][] =>
  Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1))

const canonical = ({ policy, servers }: Configuration): string => JSON.stringify([sorted(policy), servers.map(sorted)])

const MAX_WEIGHT = 1000
const MAX_CONNECTIONS = 65_535
const MAX_TIME_MS = 3_600_000

/** host:port as an IPv4 address or a bracketed IPv6 one; anything else could be read as configuration. */
export function isAddress(address: string): boolean {
  const match = /^(?:\[([0-9a-f:.]{2,45})\]|([0-9.]{7,15})):([0-9]{1,5})$/.exec(address)
  if (!match) return false
  const port = Number(match[3])
  return port >= 1 && port <= 65_535 && (match[1] === undefined ? isIPv4(match[2] ?? '') : isIPv6(match[1]))
}

const refuse = (what: string, got: unknown): never => {
  throw new RangeError(`${what}, got ${JSON.stringify(got)}`)
}

const wholeNumber = (name: string, value: number, min: number, max: number): void => {
  if (!Number.isInteger(value) || value < min || value > max)
    refuse(`${name} is a whole number from ${min} to ${max}`, value)
}

/** Throws RangeError on the first value that must not reach a configuration. */
export function checkServers(servers: readonly ConfiguredServer[]): void {
  const seen = new Set<string>()
  for (const { address, weight, maxConns, backup, state } of servers) {
    if (!isAddress(address)) refuse('a server is an IP address with a port', address)
    if (seen.has(address)) refuse('a server stands in the list once', address)
    seen.add(address)
    wholeNumber('weight', weight, 1, MAX_WEIGHT)
    wholeNumber('maxConns', maxConns, 0, MAX_CONNECTIONS)
    if (typeof backup !== 'boolean') refuse('backup is true or false', backup)
    if (!['in', 'draining', 'down'].includes(state)) refuse('state is in, draining or down', state)
  }
}

/** Throws RangeError likewise. */
export function checkPolicy(policy: Policy): void {
  if (!ALGORITHMS.includes(policy.algorithm)) refuse(`algorithm is one of: ${ALGORITHMS.join(', ')}`, policy.algorithm)
  wholeNumber('maxFails', policy.maxFails, 0, 1000)
  wholeNumber('failTimeoutMs', policy.failTimeoutMs, 1000, MAX_TIME_MS)
  wholeNumber('connectTimeoutMs', policy.connectTimeoutMs, 1, 75_000)
  wholeNumber('readTimeoutMs', policy.readTimeoutMs, 1, MAX_TIME_MS)
  wholeNumber('nextUpstreamTries', policy.nextUpstreamTries, 0, 100)
  wholeNumber('nextUpstreamTimeoutMs', policy.nextUpstreamTimeoutMs, 0, MAX_TIME_MS)
}
