import { openEmbeddedHost } from '#lib/cluster/embedded/embedded-host.ts'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import { openBalancer } from '#lib/front-door/open-balancer.ts'
import { openLocalNginx } from '#lib/front-door/open-local-nginx.ts'
import { openGuardian } from '#lib/guardian/open-guardian.ts'
import { listed, put } from '#tests/contract/listed.ts'

// A stand-in for the dashboard: it forms an embedded cluster, tells its port and waits to be killed.
const log = (): void => {}
const guardian = await openGuardian({ log })
const nginx = process.argv[2] === 'nginx' ? await findNginx() : { missing: 'not wanted' }
const door =
  'missing' in nginx
    ? await openBalancer({ guardian, port: 0, log })
    : await openLocalNginx({ nginx, guardian, port: 0, log })
const host = await openEmbeddedHost({ guardian, log })
await Promise.all(Array.from({ length: 3 }, () => host.raise(AbortSignal.timeout(20_000))))
const addresses = host.backends().map(({ address }) => address ?? '')
await put(door, listed(...addresses))
process.on('SIGTERM', async () => {
  await door.close()
  await host.close()
  await guardian.close()
})
process.stdout.write(`${JSON.stringify({ door: door.target().port, addresses })}\n`)
