import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { environmentWith } from '#lib/config/environment.ts'
import { findNginx } from '#lib/front-door/find-nginx.ts'
import { portAnswers } from '#tests/ports.ts'
import { descendantsOf, isAlive } from '#tests/processes.ts'
import { until } from '#tests/until.ts'

const ENTRY = fileURLToPath(new URL('embedded-cluster-process.ts', import.meta.url))
// Ten times the two seconds of the promise, which verify's part "survivors" measures.
const LIMIT_MS = 20_000
const hasNginx = !('missing' in (await findNginx()))

type Cluster = { child: ChildProcess; ports: number[]; pids: number[]; folder: string }

/** Forms a cluster in a process of its own, with a temporary folder of its own to look into afterwards. */
async function form(kind: 'nginx' | 'built-in'): Promise<Cluster> {
  const { mkdtempSync } = await import('node:fs')
  const folder = mkdtempSync(`${tmpdir()}/robinscope-test-`)
  const child = spawn(process.execPath, [ENTRY, kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environmentWith({ TMPDIR: folder }),
  })
  if (!child.stdout) throw new Error('no pipe')
  const [line] = await once(createInterface({ input: child.stdout }), 'line', { signal: AbortSignal.timeout(30_000) })
  const { door, addresses } = JSON.parse(line) as { door: number; addresses: string[] }
  const ports = [door, ...addresses.map((address) => Number(address.split(':')[1]))]
  return { child, ports, folder, pids: descendantsOf(child.pid ?? 0) }
}

async function nothingIsLeft({ ports, pids, folder }: Cluster): Promise<void> {
  await until('no process is left', () => !pids.some(isAlive), LIMIT_MS)
  // A killed process is a zombie while threads of it still hold its sockets.
  await until('no port answers', async () => !(await Promise.all(ports.map(portAnswers))).some(Boolean), LIMIT_MS)
  await until('nothing is left in the folder', () => readdirSync(folder).length === 0, LIMIT_MS)
}

describe.each([
  ['nginx', hasNginx],
  ['built-in', true],
] as const)('with %s as the front door', (kind, possible) => {
  test.runIf(possible).each(['SIGKILL', 'SIGTERM'] as const)('%s of the dashboard leaves nothing', async (signal) => {
    const cluster = await form(kind)
    expect(cluster.pids.length).toBeGreaterThanOrEqual(5)
    expect(await Promise.all(cluster.ports.map(portAnswers))).toEqual(cluster.ports.map(() => true))
    cluster.child.kill(signal)
    await nothingIsLeft(cluster)
  })

  test.runIf(possible)('frozen processes end with it too', async () => {
    const cluster = await form(kind)
    const [guardian] = cluster.pids
    for (const pid of cluster.pids) if (pid !== guardian) process.kill(pid, 'SIGSTOP')
    cluster.child.kill('SIGKILL')
    await nothingIsLeft(cluster)
  })
})
