import { configurationOf } from '#lib/front-door/configuration.ts'
import type { FrontDoor } from '#lib/front-door/front-door.ts'
import { type ConfiguredServer, DEFAULT_POLICY, DEFAULT_SETTINGS, type Policy } from '#lib/protocol/configuration.ts'
import { until } from '#tests/until.ts'

let made = 0

/** Servers at these addresses, each with a backend key that no other server has. */
export const listed = (...addresses: string[]): ConfiguredServer[] =>
  addresses.map((address) => ({
    ...{ backend: (++made).toString(16).padStart(12, '0'), address, ...DEFAULT_SETTINGS, state: 'in' },
  }))

/** Puts them in force; resolves with the generation. */
export const put = (door: FrontDoor, servers: ConfiguredServer[], policy: Policy = DEFAULT_POLICY): Promise<string> =>
  door.membership.apply(configurationOf(policy, servers))

/** Resolves when no worker of the front door sends to any of these any more. */
export const untilUnreachable = (door: FrontDoor, servers: ConfiguredServer[]): Promise<boolean> =>
  until('no worker has them any more', () => servers.every(({ backend }) => !door.membership.mayReach(backend)), 60_000)
