import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ComposeProject, composeProject } from '../../compose-project.ts'
import { engineAnswers } from '../../engine.ts'
import { openNodePage } from '../../node-page.ts'
import { type Product, startProduct } from '../../product.ts'
import { ROOT } from '../../steps.ts'
import { until } from '../../until.ts'
import { type Calls, type Coverage, filesOf, openCoverage } from '../coverage.ts'
import { notMeasured, type Part, type Row } from '../rows.ts'

/** React runs in browsers only, out of sight of this part: what of it a click passes through, by reading. */
const IN_THE_BROWSER = [
  'components/replicas/replica-stepper.tsx',
  'components/replicas/use-replicas.ts',
  'lib/client/use-page.ts',
]
/** Counted by this part at commit 8f1fcc7, before cluster, front door and gate were rebuilt. By hand it was about 75, types included. */
const BEFORE = { docker: 77, embedded: 40 }
/** Longer than twice the longest interval at which a dashboard does something by itself: the lease, every 5 s. */
const IDLE_MS = 12_000
const SETTLES_MS = 3_000
/** What the gate writes for the health check of its image. */
const HEARTBEAT = '/tmp/alive'

/** The page's own client without a browser, which sends the command as a click does. */
function openPage(product: Product): { scale: (replicas: number) => Promise<void>; close: () => void } {
  const { store, commands, close } = openNodePage(product.url, product.token)
  return {
    close,
    async scale(replicas) {
      await until('the page is connected', () => store.getState().link.state === 'live', 10_000)
      const ack = await commands.scale(replicas)
      if (!ack.ok) throw new Error(`${ack.problem.code}: ${ack.problem.detail}`)
    },
  }
}

/** Files with a function that is called between a command and its answer more often than in an idle stretch of the same length. */
async function filesOfACommand(product: Product, coverage: Coverage): Promise<string[]> {
  const page = openPage(product)
  try {
    await page.scale(3)
    await page.scale(2)
    await sleep(SETTLES_MS)
    await coverage.take()
    const startedAt = performance.now()
    await page.scale(3)
    const tookMs = performance.now() - startedAt
    const calls = await coverage.take()
    await sleep(SETTLES_MS)
    await coverage.take()
    const idle: Calls[] = []
    while (idle.length * tookMs < IDLE_MS) {
      await sleep(tookMs)
      idle.push(await coverage.take())
    }
    const read = IN_THE_BROWSER.filter((path) => existsSync(ROOT + path))
    if (read.length < IN_THE_BROWSER.length) throw new Error(`Not all there: ${IN_THE_BROWSER.join(', ')}`)
    return [...new Set([...filesOf(calls, idle), ...read])].sort()
  } finally {
    page.close()
  }
}

/** The gate as it ships, as a process of this machine. */
async function startGate(project: string, socket: string, env: Record<string, string>): Promise<ChildProcess> {
  const settings = { GATE_PROJECT: project, GATE_SOCKET: socket, ...env }
  const gate = spawn(process.execPath, ['lib/docker-gate/main.ts'], {
    ...{ cwd: ROOT, stdio: 'ignore', env: { ...process.env, ...settings } },
  })
  await until('the gate listens', () => existsSync(socket), 10_000)
  return gate
}

async function throughTheGate(coverage: Coverage): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'robinscope-way-'))
  const socket = join(folder, 'docker.sock')
  let project: ComposeProject | null = null
  let gate: ChildProcess | null = null
  let product: Product | null = null
  try {
    project = await composeProject()
    gate = await startGate(project.name, socket, coverage.env)
    const docker = { ROBINSCOPE_CLUSTER: 'docker', ROBINSCOPE_PROJECT: project.name, DOCKER_HOST: `unix://${socket}` }
    product = await startProduct({ env: { ...docker, ...coverage.env }, frontDoorPort: project.frontDoorPort })
    return await filesOfACommand(product, coverage)
  } finally {
    await product?.stop()
    gate?.kill('SIGTERM')
    await project?.down()
    rmSync(folder, { recursive: true, force: true })
    rmSync(HEARTBEAT, { force: true })
  }
}

async function embedded(coverage: Coverage): Promise<string[]> {
  const product = await startProduct({ env: { ROBINSCOPE_FRONT_DOOR_KIND: 'nginx', ...coverage.env } })
  try {
    return await filesOfACommand(product, coverage)
  } finally {
    await product.stop()
  }
}

/** How many files of each folder. */
function byFolder(files: string[]): string {
  const counts = new Map<string, number>()
  for (const file of files) {
    const folder = file.split('/').slice(0, -1).join('/')
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return [...counts].map(([folder, count]) => `${folder} ${count}`).join(', ')
}

export const part: Part = {
  title: 'files that a scale from 2 to 3 passes through, page to nginx and back',
  measure: async (say) => {
    const rows: Row[] = []
    const engine = await engineAnswers()
    const ways = [
      { on: 'Docker through the gate', before: BEFORE.docker, take: throughTheGate, missing: !engine.answers },
      { on: 'embedded nginx', before: BEFORE.embedded, take: embedded, missing: false },
    ]
    for (const { on, before, take, missing } of ways) {
      const figure = `files with a function that the command calls, ${on}`
      if (missing) {
        rows.push(notMeasured(figure, engine.words))
        continue
      }
      const coverage = await openCoverage()
      try {
        const files = await take(coverage)
        for (const file of files) say(file)
        const note = `${before} at commit 8f1fcc7; ${byFolder(files)}`
        rows.push({ figure, bar: 'none: counted', value: files.length, holds: files.length > 0, note })
      } finally {
        await coverage.close()
      }
    }
    return rows
  },
}
