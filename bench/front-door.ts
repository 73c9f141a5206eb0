import { openEmbeddedHost } from '#lib/cluster/embedded/embedded-host.ts'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import { DEFAULT_POLICY } from '#lib/front-door/front-door.ts'
import { openNginxFrontDoor } from '#lib/front-door/nginx-on-path.ts'
import { openKeeper } from '#lib/front-door/open-keeper.ts'

export type LoadedFrontDoor = { target: { host: string; port: number }; close: () => Promise<void> }

const log = (): void => {}
/** For parts that need nginx. */
export async function lacksNginx(): Promise<string | null> {
  const nginx = await findNginx()
  return 'missing' in nginx ? `It needs nginx: ${nginx.missing}.` : null
}

const server = (address: string): { address: string; weight: number; down: boolean } => ({
  address,
  weight: 1,
  down: false,
})

/**
 * The product's own nginx on a free loopback port, before `addresses`, or before two of the product's backends.
 * Nothing of it outlives this process. Throws Error where there is no nginx.
 */
export async function openFrontDoor(addresses: string[] | null = null): Promise<LoadedFrontDoor> {
  const nginx = await findNginx()
  if ('missing' in nginx) throw new Error(nginx.missing)
  const keeper = await openKeeper({ log })
  const door = await openNginxFrontDoor({ nginx, keeper, port: 0, log })
  const host = addresses === null ? await openEmbeddedHost({ keeper, log }) : null
  const raised = host === null ? [] : await host.raise(2, AbortSignal.timeout(15_000))
  const listed = addresses ?? raised.map(({ address }) => address ?? '')
  await door.apply(listed.map(server), DEFAULT_POLICY)
  return {
    target: door.target(),
    close: async () => {
      await door.close()
      await host?.close()
      await keeper.close()
    },
  }
}
