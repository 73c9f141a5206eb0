import { openEmbeddedHost } from '#lib/cluster/embedded/embedded-host.ts'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import { openLocalNginx } from '#lib/front-door/open-local-nginx.ts'
import { openGuardian } from '#lib/guardian/open-guardian.ts'
import { listed, put } from '#tests/contract/listed.ts'

export type LoadedFrontDoor = { target: { host: string; port: number }; close: () => Promise<void> }

const log = (): void => {}
/** For parts that need nginx. */
export async function lacksNginx(): Promise<string | null> {
  const nginx = await findNginx()
  return 'missing' in nginx ? `It needs nginx: ${nginx.missing}.` : null
}

/**
 * The product's own nginx on a free loopback port, before `addresses`, or before two of the product's backends.
 * Nothing of it outlives this process. Throws Error where there is no nginx.
 */
export async function openFrontDoor(addresses: string[] | null = null): Promise<LoadedFrontDoor> {
  const nginx = await findNginx()
  if ('missing' in nginx) throw new Error(nginx.missing)
  const guardian = await openGuardian({ log })
  const door = await openLocalNginx({ nginx, guardian, port: 0, log })
  const host = addresses === null ? await openEmbeddedHost({ guardian, log }) : null
  if (host) await Promise.all([1, 2].map(() => host.raise(AbortSignal.timeout(15_000))))
  const own = host?.backends().map(({ address }) => address ?? '') ?? []
  await put(door, listed(...(addresses ?? own)))
  return {
    target: door.target(),
    close: async () => {
      await door.close()
      await host?.close()
      await guardian.close()
    },
  }
}
