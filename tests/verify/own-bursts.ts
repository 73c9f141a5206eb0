import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Cluster } from '#lib/cluster/cluster.ts'
import { openEmbeddedHost } from '#lib/cluster/embedded/embedded-host.ts'
import { openCluster } from '#lib/cluster/open-cluster.ts'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import type { FrontDoor } from '#lib/front-door/front-door.ts'
import { openBalancer } from '#lib/front-door/open-balancer.ts'
import { openLocalNginx } from '#lib/front-door/open-local-nginx.ts'
import { openGuardian } from '#lib/guardian/open-guardian.ts'
import type { Totals } from '#lib/protocol/model.ts'
import type { Engine } from '#lib/traffic/burst.ts'
import { openEngine } from '#lib/traffic/open-engine.ts'
import { readLedgers } from './keep-ledger.ts'

export type Ledgered = {
  frontDoor: string
  requests: number
  reloads: number
  /** failed + timedOut + errors */
  lost: number
  resent: number
  /** Of the backends' ledger: ids that were executed more than once, and how many ids there are. */
  twice: number
  executed: number
}

const LEDGER = pathToFileURL(fileURLToPath(new URL('ledger-backend.ts', import.meta.url))).href
const RATE = 300
const A_BURST = 1_000
const BURST_LIMIT_MS = 60_000
const log = (): void => undefined

/** Bursts of Robinscope's own engine, GET and POST by turns, while the cluster goes from 2 to 6 and back, until both goals are met. */
export async function burstsOverReloads(
  kind: 'nginx' | 'built-in',
  goal: { requests: number; reloads: number },
  say: (line: string) => void,
): Promise<Ledgered> {
  const folder = mkdtempSync(join(tmpdir(), 'robinscope-ledger-'))
  const entry = join(folder, 'backend.mjs')
  writeFileSync(entry, `import { serveWithLedger } from '${LEDGER}'\nawait serveWithLedger('${folder}')\n`)
  const cluster = await formCluster(kind, entry)
  const engine = openEngine({
    backendAt: (address) => cluster.backendAt(address),
    reloadMayCut: () => cluster.reloadMayCut(),
  })
  try {
    const { frontDoor } = cluster.snapshot()
    const figures = await run(cluster, engine, goal, say)
    await engine.close()
    await cluster.close()
    return { frontDoor: `${frontDoor.kind} ${frontDoor.version}`, ...figures, ...readLedgers(folder) }
  } finally {
    await engine.close()
    await cluster.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function formCluster(kind: 'nginx' | 'built-in', entry: string): Promise<Cluster> {
  const guardian = await openGuardian({ log })
  const nginx = await findNginx()
  if (kind === 'nginx' && 'missing' in nginx) throw new Error(nginx.missing)
  const door: FrontDoor =
    kind === 'nginx' && 'path' in nginx
      ? await openLocalNginx({ nginx, guardian, port: 0, log })
      : await openBalancer({ guardian, port: 0, log })
  const host = await openEmbeddedHost({ guardian, log, entry })
  return openCluster({
    kind: 'embedded',
    project: null,
    reason: 'A measurement.',
    howToSwitch: '',
    host,
    door,
    log,
    closeAfter: () => guardian.close(),
  })
}

async function run(
  cluster: Cluster,
  engine: Engine,
  goal: { requests: number; reloads: number },
  say: (line: string) => void,
): Promise<Pick<Ledgered, 'requests' | 'reloads' | 'lost' | 'resent'>> {
  await cluster.scale(2)
  const firstGeneration = generationNumber(cluster)
  const reloads = (): number => generationNumber(cluster) - firstGeneration
  const sums = { requests: 0, lost: 0, resent: 0 }
  const isDone = (): boolean => sums.requests >= goal.requests && reloads() >= goal.reloads
  const over = new AbortController()
  const scaling = (async () => {
    for (let cycle = 0; !isDone() && !over.signal.aborted; cycle++) await cluster.scale(cycle % 2 === 0 ? 6 : 2)
  })()
  const bursting = (async () => {
    for (let burst = 0; !isDone() && !over.signal.aborted; burst++) {
      const totals = await runBurst(cluster, engine, burst)
      sums.requests += totals.sent
      sums.lost += totals.failed + totals.timedOut + totals.errors
      sums.resent += totals.resent
      say(`${sums.requests} requests, ${sums.lost} lost, ${sums.resent} sent again, ${reloads()} reloads`)
    }
    return reloads()
  })()
  // Whichever fails ends the other, too, so that nothing is under way when the cluster is closed.
  const ended = await Promise.allSettled([bursting, scaling].map((one) => one.finally(() => over.abort())))
  const failed = ended.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
  return { ...sums, reloads: await bursting }
}

function runBurst(cluster: Cluster, engine: Engine, number: number): Promise<Totals> {
  const isPost = number % 2 === 1
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('A burst did not end in time')), BURST_LIMIT_MS)
    const running = engine.start(
      {
        ...{ target: cluster.target(), requests: A_BURST, durationMs: null, concurrency: 16, ratePerSecond: RATE },
        ...{ method: isPost ? 'POST' : 'GET', path: '/', headers: {}, body: isPost ? 'a'.repeat(200) : null },
        ...{ keepAlive: true, timeoutMs: 10_000, requestIdPrefix: `v${number}-` },
      },
      {
        onEnd: ({ failure }) => {
          clearTimeout(late)
          if (failure === null) resolve(running.totals())
          else reject(new Error(failure))
        },
      },
    )
  })
}

/** A generation is `owner-number`, one more with every configuration that was put in force. */
const generationNumber = (cluster: Cluster): number =>
  Number(cluster.snapshot().frontDoor.generation?.split('-').at(-1) ?? Number.NaN)
