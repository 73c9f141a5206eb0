import { startOnDocker } from '../../clusters.ts'
import { engineAnswers } from '../../engine.ts'
import { runCommand } from '../../run-command.ts'
import { burstsOverReloads } from '../own-bursts.ts'
import { startPlainClient } from '../plain-client.ts'
import { atLeast, exactly, notMeasured, type Part, type Row } from '../rows.ts'

const CYCLES = 10
const RATE = 400
const PLAIN_REQUESTS = 40_000
const OWN_REQUESTS = 10_000
const OWN_RELOADS = 35
const LIMIT_MS = 600_000

async function onDocker(say: (line: string) => void): Promise<Row[]> {
  const engine = await engineAnswers()
  const figure = `failed of at least 40,000 requests at ${RATE} a second, half of them POST, over ${CYCLES} cycles of 2 to 6 to 2, Docker`
  if (!engine.answers) return [notMeasured(figure, engine.words)]
  const { product, stop } = await startOnDocker()
  try {
    const client = startPlainClient(product.frontDoorPort, RATE)
    const startedAt = performance.now()
    let cycles = 0
    while (cycles < CYCLES || client.counts().sent < PLAIN_REQUESTS) {
      if (performance.now() - startedAt > LIMIT_MS) throw new Error(`After ${LIMIT_MS} ms only ${cycles} cycles`)
      await product.api.scale(6)
      await product.api.scale(2)
      cycles += 1
      const { sent, failures } = client.counts()
      say(`cycle ${cycles}: ${sent} sent, failed: ${JSON.stringify(Object.fromEntries(failures))}`)
    }
    const { sent, answered, posts, failures } = await client.stop()
    const words = [...failures].map(([reason, count]) => `${count} x ${reason}`).join(', ')
    return [
      exactly(figure, 0, sent - answered, words || `${sent} sent, ${posts} of them POST, ${cycles} cycles`),
      atLeast('requests of the plain client', PLAIN_REQUESTS, sent),
    ]
  } finally {
    await stop()
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
  measure: async (say) => [
    ...(await onDocker(say)),
    ...(await embedded('nginx', say)),
    ...(await embedded('built-in', say)),
  ],
}
