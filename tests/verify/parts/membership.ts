import { startOn } from '../../clusters.ts'
import { composeProject } from '../../compose-project.ts'
import { engineAnswers } from '../../engine.ts'
import type { Product } from '../../product.ts'
import { runCommand } from '../../run-command.ts'
import { openDockerLedger } from '../ledger-on-docker.ts'
import { burstsOverReloads } from '../own-bursts.ts'
import { atLeast, exactly, notMeasured, type Part, type Row } from '../rows.ts'
import { type Cycled, scaleInCycles } from '../scaling-cycles.ts'
import { startWholeStack } from '../whole-stack.ts'

const RATE = 400
const ON_DOCKER = { cycles: 30, requests: 40_000, ratePerSecond: RATE }
const WHOLE_STACK = { cycles: 6, requests: 8_000, ratePerSecond: RATE }
const OWN_REQUESTS = 10_000
const OWN_RELOADS = 35
const SERVICES = ['front-door', 'backend']

/** What the plain client and the engine say of a run. */
function rowsOf(on: string, goal: typeof ON_DOCKER, done: Cycled): Row[] {
  const { sent, answered, posts, failures, cycles, takeBacks, kept, expected, refused } = done
  const words = [...failures].map(([reason, count]) => `${count} x ${reason}`).join(', ')
  const over = `${cycles} cycles of 2 to 6 to 2, ${takeBacks} of them with a take-back`
  return [
    exactly(
      `failed of at least ${goal.requests} requests at ${RATE} a second, half of them POST, over ${goal.cycles} cycles, ${on}`,
      0,
      sent - answered,
      words || `${sent} sent, ${posts} of them POST, ${over}`,
    ),
    atLeast(`requests of the plain client, ${on}`, goal.requests, sent),
    atLeast(`cycles of 2 to 6 to 2, ${on}`, goal.cycles, cycles, '', over),
    exactly(
      `backends listed after 6 to 2 to 5 that did not run before, ${takeBacks} take-backs, ${on}`,
      0,
      expected - kept,
      `ids kept: ${kept} of ${expected}`,
    ),
    exactly(`commands that were not reached, ${on}`, 0, refused.length, refused[0]),
  ]
}

async function onDocker(say: (line: string) => void): Promise<Row[]> {
  const ledger = openDockerLedger()
  const project = await composeProject(SERVICES, [ledger.override])
  let product: Product | null = null
  try {
    product = await startOn(project)
    const done = await scaleInCycles({ ...product, project }, ON_DOCKER, say)
    await product.stop()
    // A backend writes its ledger when it ends.
    await project.compose('stop')
    const { executed, twice, postsTwice } = ledger.read()
    const seen = `${executed} requests executed, ${twice - postsTwice} GETs more than once`
    return [
      ...rowsOf('Docker', ON_DOCKER, done),
      exactly("POSTs executed twice, by the backends' ledger, Docker", 0, postsTwice, seen),
      exactly('in the ledger less than answered, Docker', 0, Math.max(0, done.answered - executed)),
    ]
  } finally {
    await product?.stop()
    await project.down()
    ledger.remove()
  }
}

async function onWholeStack(say: (line: string) => void): Promise<Row[]> {
  const stack = await startWholeStack()
  try {
    const done = await scaleInCycles(stack, WHOLE_STACK, say)
    return rowsOf('dashboard and gate as containers', WHOLE_STACK, done)
  } finally {
    await stack.stop()
  }
}

async function embedded(kind: 'nginx' | 'built-in', say: (line: string) => void): Promise<Row[]> {
  const name = kind === 'nginx' ? 'embedded nginx' : 'the built-in balancer'
  if (kind === 'nginx' && (await runCommand('nginx', ['-v'], { limitMs: 5_000 })).code !== 0)
    return [notMeasured(`own bursts over reloads, ${name}`, 'no nginx on the PATH')]
  const goal = { requests: OWN_REQUESTS, reloads: OWN_RELOADS }
  const { frontDoor, requests, reloads, lost, resent, twice, executed } = await burstsOverReloads(kind, goal, say)
  const on = `over ${OWN_RELOADS} lists, ${frontDoor}`
  return [
    exactly(
      `failed of at least 10,000 requests of own bursts ${on}`,
      0,
      lost,
      `${requests} sent, ${resent} sent again`,
    ),
    exactly(`executed twice of these, by the backends' ledger, ${frontDoor}`, 0, twice),
    exactly(`in the ledger less than answered, ${frontDoor}`, 0, Math.max(0, requests - lost - executed)),
    atLeast(`lists put in force meanwhile, ${frontDoor}`, OWN_RELOADS, reloads),
  ]
}

export const part: Part = {
  title: 'nobody is lost while the cluster is scaled',
  measure: async (say) => {
    const engine = await engineAnswers()
    const docker = engine.answers
      ? [...(await onDocker(say)), ...(await onWholeStack(say))]
      : [notMeasured(`failed of ${ON_DOCKER.requests} requests while Docker is scaled`, engine.words)]
    return [...docker, ...(await embedded('nginx', say)), ...(await embedded('built-in', say))]
  },
}
