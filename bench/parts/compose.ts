import { createApi } from '#tests/api.ts'
import { type ComposeProject, composeProject } from '#tests/compose-project.ts'
import { engineAnswers } from '#tests/engine.ts'
import { type Product, startProduct } from '#tests/product.ts'
import { chainOf, containerProcesses } from '../chain.ts'
import { atMost, type Part, type Say } from '../figure.ts'
import { paired, ratios } from '../paired.ts'
import { NO_PROC, processorUs } from '../processor-time.ts'

const ROUNDS = 5
const ROUND_MS = 2_000
const WARM_UP_MS = 1_000
const CONCURRENCY = 64
const FIGURE = 'dashboard in the Compose network / through the published port: CPU of the whole chain per request'
const GET_DOCKER = 'It needs a Docker engine of this machine and Compose v2: docs.docker.com/engine/install.'
const OTHER_KERNEL = 'The containers run on a kernel of their own, so that their processor time cannot be read here.'

type Sender = { api: Product['api']; pids: number[] }

async function compare(project: ComposeProject, outside: Product, say: Say): Promise<number[] | null> {
  const chain = await chainOf(project)
  const inside = await containerProcesses(project, 'dashboard')
  if (chain.length * inside.length === 0) return null
  const cost = async ({ api, pids }: Sender, durationMs: number): Promise<number> => {
    const all = [...pids, ...chain]
    const before = processorUs(all)
    const { answered, failed } = await api.run({ durationMs, concurrency: CONCURRENCY })
    if (failed > 0) say(`${failed} failed`)
    return (processorUs(all) - before) / answered
  }
  const within: Sender = { api: createApi(`http://127.0.0.1:${project.port}`, project.token), pids: inside }
  const through: Sender = { api: outside.api, pids: [outside.pid] }
  say('warming up')
  await cost(within, WARM_UP_MS)
  await cost(through, WARM_UP_MS)
  const sides = { within: () => cost(within, ROUND_MS), through: () => cost(through, ROUND_MS) }
  const runs = await paired(ROUNDS, sides, say)
  return ratios(runs.within, runs.through)
}

async function measure(say: Say): Promise<number[] | null> {
  say('building and starting a Compose project')
  const project = await composeProject(['front-door', 'backend', 'docker-gate', 'dashboard'])
  try {
    say('starting a dashboard of this machine for the same cluster')
    const outside = await startProduct({
      frontDoorPort: project.frontDoorPort,
      env: { ROBINSCOPE_CLUSTER: 'docker', ROBINSCOPE_PROJECT: project.name, LOG_LEVEL: 'silent' },
    })
    try {
      return await compare(project, outside, say)
    } finally {
      await outside.stop()
    }
  } finally {
    await project.down()
  }
}

export const compose: Part = {
  name: 'compose',
  what: 'what a request costs all together, sent from inside the Compose network and through the published port',
  measure: async (say) => {
    const leftOut = (why: string) => ({ figures: [], leftOut: [{ figures: [FIGURE], why }] })
    if (process.platform !== 'linux') return leftOut(NO_PROC)
    if (!(await engineAnswers()).answers) return leftOut(GET_DOCKER)
    const rounds = await measure(say)
    return rounds === null ? leftOut(OTHER_KERNEL) : { figures: [atMost(FIGURE, 0.7, rounds)], leftOut: [] }
  },
}
