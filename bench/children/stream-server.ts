import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openCluster } from '#lib/cluster/open-cluster.ts'
import { ActionLog } from '#lib/server/action-log.ts'
import { BurstRegistry } from '#lib/server/burst-registry.ts'
import { namesOf } from '#lib/server/guard.ts'
import { openSockets } from '#lib/server/sockets.ts'
import { openEngine } from '#lib/traffic/open-engine.ts'
import { FakeDoor, FakeHost } from '#tests/unit/cluster/fakes.ts'
import { BENCH_TOKEN } from '../browsers.ts'

/** Rate 0: only asks for the port. */
export type StreamOrder = { perSecond: number; durationMs: number }
/**
 * Processor time of this whole process, and how much of it went into making the samples, which costs the same whoever
 * watches.
 */
export type StreamCost = { port: number; cpuUs: number; madeUs: number }

const log = (): void => {}
const cluster = openCluster({
  ...{ kind: 'embedded', project: null, reason: 'A bench.', howToSwitch: 'None.', log },
  ...{ host: new FakeHost(), door: new FakeDoor() },
})
await cluster.scale(2)
const engine = openEngine({
  ...{ backendAt: () => null, reloadMayCut: () => false },
  worker: new URL('./made-samples.ts', import.meta.url),
})
const bursts = new BurstRegistry({ engine, cluster })
const actions = new ActionLog({ happened: () => {}, running: () => bursts.runningSince() })
const guard = { names: namesOf(0, []), token: BENCH_TOKEN, isExposed: false }
const sockets = openSockets({ guard, version: 'bench', cluster, bursts, actions: () => actions, log })
const server = createServer()
server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
const cost = new BroadcastChannel('cost of the samples')

async function stream({ perSecond, durationMs }: StreamOrder): Promise<StreamCost> {
  if (perSecond === 0) return { port, cpuUs: 0, madeUs: 0 }
  const told = Promise.withResolvers<number>()
  cost.onmessage = (event) => told.resolve(Number((event as MessageEvent).data))
  const before = process.cpuUsage()
  const { id } = bursts.start({
    ...{ durationMs, ratePerSecond: perSecond, concurrency: 64, method: 'GET', path: '/', headers: {} },
    ...{ keepAlive: true, timeoutMs: 10_000 },
  })
  await bursts.wait(id, durationMs + 10_000)
  const madeUs = await told.promise
  const { user, system } = process.cpuUsage(before)
  return { port, cpuUs: user + system, madeUs }
}

process.on('message', (order: StreamOrder) => {
  void stream(order).then((result) => process.send?.(result))
})
process.on('disconnect', () => process.exit(0))
