import { openEmbeddedHost } from '#lib/cluster/embedded/embedded-host.ts'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import { DEFAULT_POLICY } from '#lib/front-door/front-door.ts'
import { openNginxFrontDoor } from '#lib/front-door/nginx-on-path.ts'
import { openBalancer } from '#lib/front-door/open-balancer.ts'
import { openKeeper } from '#lib/front-door/open-keeper.ts'

// A stand-in for the dashboard: it forms an embedded cluster, tells its port and waits to be killed.
const log = (): void => {}
const keeper = await openKeeper({ log })
const nginx = process.argv[2] === 'nginx' ? await findNginx() : { missing: 'not wanted' }
const door =
  'missing' in nginx
    ? await openBalancer({ keeper, port: 0, log })
    : await openNginxFrontDoor({ nginx, keeper, port: 0, log })
const host = await openEmbeddedHost({ keeper, log })
const raised = await host.raise(3, AbortSignal.timeout(20_000))
await door.apply(
  raised.map(({ address }) => ({ address: address ?? '', weight: 1, down: false })),
  DEFAULT_POLICY,
)
process.on('SIGTERM', async () => {
  await door.close()
  await host.close()
  await keeper.close()
})
process.stdout.write(`${JSON.stringify({ door: door.target().port, addresses: raised.map((one) => one.address) })}\n`)
