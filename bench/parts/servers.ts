import { openEmbeddedHost } from '#lib/cluster/embedded/embedded-host.ts'
import { openBalancer } from '#lib/front-door/open-balancer.ts'
import { openGuardian } from '#lib/guardian/open-guardian.ts'
import { listed, put } from '#tests/contract/listed.ts'
import type { EngineLoad } from '../children/engine-load.ts'
import { atMost, type Figure, type Part, type Say } from '../figure.ts'
import { openListening } from '../listening-child.ts'
import { type Loader, openLoader } from '../load.ts'
import { paired, ratios } from '../paired.ts'
import { NO_PROC, processorUs } from '../processor-time.ts'

const ROUNDS = 5
const ROUND_MS = 1_500
const CONCURRENCY = 16

const SERVICE = 'service CPU per request / a bare node:http server with the same bytes'
const BALANCER = 'built-in balancer CPU per request / a bare node:http proxy to one backend'

type Served = { pid: number; port: number }

const log = (): void => {}
const portOf = (address: string | null): number => Number(address?.split(':').at(-1))

async function compare(engine: Loader<EngineLoad>, ours: Served, bare: Served, say: Say): Promise<number[]> {
  const cost =
    ({ pid, port }: Served) =>
    async (): Promise<number> => {
      const before = processorUs([pid])
      const order = { host: '127.0.0.1', port, concurrency: CONCURRENCY, durationMs: ROUND_MS }
      const { requests } = await engine.run(order)
      return (processorUs([pid]) - before) / requests
    }
  const sides = { ours: cost(ours), bare: cost(bare) }
  say('warming up')
  await sides.ours()
  await sides.bare()
  const runs = await paired(ROUNDS, sides, say)
  return ratios(runs.ours, runs.bare)
}

/** The guardian knows every process that the product starts, so it knows them. */
async function openWatchedGuardian() {
  const guardian = await openGuardian({ log })
  const pids: number[] = []
  const guard = (pid: number): void => {
    pids.push(pid)
    guardian.guard(pid)
  }
  return { guardian: { ...guardian, guard }, pids, close: () => guardian.close() }
}

async function measure(say: Say): Promise<Figure[]> {
  const engine = openLoader<EngineLoad>('engine-load.ts')
  const watched = await openWatchedGuardian()
  const { guardian, pids } = watched
  const host = await openEmbeddedHost({ guardian, log })
  const bareServer = await openListening('bare-server.ts')
  await host.raise(AbortSignal.timeout(15_000))
  const [backend] = host.backends()
  const service = { pid: pids.at(-1) ?? 0, port: portOf(backend?.address ?? null) }
  const balancer = await openBalancer({ guardian, port: 0, log })
  const balancing = { pid: pids.at(-1) ?? 0, port: balancer.target().port }
  await put(balancer, listed(`127.0.0.1:${bareServer.port}`))
  const bareProxy = await openListening('bare-proxy.ts', [String(bareServer.port)])
  try {
    say('the service')
    const byService = await compare(engine, service, bareServer, say)
    say('the built-in balancer')
    const byBalancer = await compare(engine, balancing, bareProxy, say)
    return [atMost(SERVICE, 1.1, byService), atMost(BALANCER, 1.2, byBalancer)]
  } finally {
    engine.close()
    bareProxy.close()
    bareServer.close()
    await balancer.close()
    await host.close()
    await watched.close()
  }
}

export const servers: Part = {
  name: 'servers',
  what: "what a request costs a backend and the built-in balancer, beside node:http's own least",
  measure: async (say) =>
    process.platform === 'linux'
      ? { figures: await measure(say), leftOut: [] }
      : { figures: [], leftOut: [{ figures: [SERVICE, BALANCER], why: NO_PROC }] },
}
