import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startOn } from '../../clusters.ts'
import { type ComposeProject, composeProject } from '../../compose-project.ts'
import { engineAnswers } from '../../engine.ts'
import type { Product } from '../../product.ts'
import { startPlainClient } from '../plain-client.ts'
import { type Answer, putReplicas } from '../put-replicas.ts'
import { atMost, exactly, medianOf, notMeasured, type Part, type Row, spanOf } from '../rows.ts'

const PAIRS = 7
const RATIO = 0.5
const MANY = 50
const RATE = 50
/** A command is answered within 30 s, whatever its number. */
const TO_MANY_MS = 30_000
const SERVICES = ['front-door', 'backend']
/** What Compose waits with: the shortest interval that the engine takes without start_interval (engine 25). */
const QUICK_CHECK = 'services: { backend: { healthcheck: { interval: 1s } } }\n'

type Contender = {
  name: string
  up: () => Promise<void>
  down: () => Promise<void>
  /** Stands still while others are measured: health checks of every second cost the contenders beside them a tenth of their time. */
  rest?: (isResting: boolean) => Promise<void>
  took: number[]
}

const ours = (product: Product): Contender => ({
  name: 'Robinscope',
  up: async () => void (await product.api.scale(6)),
  down: async () => void (await product.api.scale(2)),
  took: [],
})

const composes = (project: ComposeProject, check: string): Contender => {
  const scale = (replicas: number) =>
    project.compose('up', '-d', '--scale', `backend=${replicas}`, '--wait', ...SERVICES)
  const name = `docker compose up --wait, ${check}`
  const rest = async (isResting: boolean) => void (await (isResting ? project.compose('stop', '-t', '0') : scale(2)))
  return { name, up: async () => void (await scale(6)), down: async () => void (await scale(2)), rest, took: [] }
}

async function race(contenders: Contender[], say: (line: string) => void): Promise<void> {
  for (const contender of contenders) await contender.rest?.(true)
  for (let round = 0; round < PAIRS; round++) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      await contender.rest?.(false)
      const startedAt = performance.now()
      await contender.up()
      contender.took.push(performance.now() - startedAt)
      await contender.down()
      await contender.rest?.(true)
    }
    say(contenders.map(({ name, took }) => `${name}: ${(took.at(-1) ?? 0).toFixed(0)} ms`).join(' · '))
  }
}

function rowOf(one: Contender, other: Contender): Row {
  const ratio = medianOf(one.took) / medianOf(other.took)
  const figure = `2 to 6, readiness and list included: Robinscope / ${other.name}, medians of ${PAIRS} pairs`
  return atMost(figure, RATIO, ratio, '', `${spanOf(one.took, 'ms')} against ${spanOf(other.took, 'ms')}`)
}

/** From 2 to 50 and back to 2 while a client that resends nothing asks the front door. */
async function toMany(product: Product, say: (line: string) => void): Promise<Row[]> {
  const scaled = async (replicas: number): Promise<Answer> => {
    const answer = await putReplicas(product, replicas)
    const { sent, failures } = client.counts()
    const failed = JSON.stringify(Object.fromEntries(failures))
    say(`to ${replicas}: ${answer.words} after ${answer.ms.toFixed(0)} ms; ${sent} sent, failed: ${failed}`)
    return answer
  }
  const client = startPlainClient(product.frontDoorPort, RATE)
  try {
    const up = await scaled(MANY)
    const listed = up.snapshot?.backends.filter((one) => one.listed).length ?? 0
    const down = await scaled(2)
    const { sent, answered, failures } = await client.stop()
    const words = [...failures].map(([reason, count]) => `${count} x ${reason}`).join(', ')
    const under = `under ${RATE} requests a second, half of them POST`
    return [
      atMost(`2 to ${MANY} on Docker, ${under}`, TO_MANY_MS / 1_000, up.ms / 1_000, 's', up.words),
      exactly(`backends listed then`, MANY, listed),
      atMost(`and back to 2`, TO_MANY_MS / 1_000, down.ms / 1_000, 's', down.words),
      exactly(`failed meanwhile, 2 to ${MANY} to 2, ${under}`, 0, sent - answered, words || `${sent} sent`),
    ]
  } finally {
    await client.stop()
  }
}

export const part: Part = {
  title: 'scaling up is quicker than Compose, which waits for less',
  measure: async (say) => {
    const engine = await engineAnswers()
    if (!engine.answers) return [notMeasured('2 to 6 against docker compose', engine.words)]
    const folder = mkdtempSync(join(tmpdir(), 'robinscope-pace-'))
    const override = join(folder, 'quick-check.yaml')
    writeFileSync(override, QUICK_CHECK)
    const projects: ComposeProject[] = []
    const project = async (overrides: string[] = []): Promise<ComposeProject> => {
      const made = await composeProject(SERVICES, overrides)
      projects.push(made)
      return made
    }
    let product: Product | null = null
    try {
      product = await startOn(await project())
      const own = ours(product)
      const quick = composes(await project([override]), 'health check every 1 s')
      const shipped = composes(await project(), 'the shipped health check')
      await race([own, quick, shipped], say)
      const rows = [rowOf(own, quick), rowOf(own, shipped)]
      return [...rows, ...(await toMany(product, say))]
    } finally {
      await product?.stop()
      for (const made of projects) await made.down()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
