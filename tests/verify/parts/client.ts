import { setTimeout as sleep } from 'node:timers/promises'
import { startProduct } from '../../product.ts'
import { atMost, exactly, type Part, type Row, spanOf } from '../rows.ts'
import { runTests } from '../run-tests.ts'

const RESPONSES = 20_000
const CANCELS = 20
const AFTER_MS = 300
const CANCEL_LIMIT_MS = 50

async function differential(): Promise<Row> {
  const settings = { ROBINSCOPE_DIFFERENTIAL_RESPONSES: String(RESPONSES) }
  const cases = await runTests('tests/integration/traffic-differential.test.ts', settings)
  const alike = cases.filter(({ title, status }) => title.includes(` ${RESPONSES} `) && status === 'passed')
  return exactly(
    `runs of ${RESPONSES} generated responses that our client and undici understand alike`,
    1,
    alike.length,
  )
}

/** From the call to its answer, which says that nothing is in flight any more. */
async function cancels(): Promise<Row[]> {
  const product = await startProduct()
  const took: number[] = []
  let left = 0
  try {
    for (let round = 0; round < CANCELS; round++) {
      const id = await product.api.start({ durationMs: 60_000, concurrency: 256 })
      await sleep(AFTER_MS)
      const askedAt = performance.now()
      const { status, inFlight } = await product.api.cancel(id)
      took.push(performance.now() - askedAt)
      if (status !== 'cancelled' || inFlight > 0) left++
    }
  } finally {
    await product.stop()
  }
  const figure = `a burst at full speed and concurrency 256 is cancelled after, slowest of ${CANCELS}`
  return [
    atMost(figure, CANCEL_LIMIT_MS, Math.max(...took), 'ms', spanOf(took, 'ms')),
    exactly('of these not over, or with requests in flight, in the answer', 0, left),
  ]
}

export const part: Part = {
  title: 'the client understands every legal answer, and stops when it is told to',
  measure: async (say) => {
    say(`${RESPONSES} generated responses`)
    const understood = await differential()
    say(`${CANCELS} cancelled bursts`)
    return [understood, ...(await cancels())]
  },
}
