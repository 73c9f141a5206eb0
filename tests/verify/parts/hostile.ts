import { setTimeout as sleep } from 'node:timers/promises'
import { type Bystander, openBystander, p95 } from '../../attack/bystander.ts'
import { LOADS, type Load } from '../../attack/load.ts'
import { longestStretchMs, TELLS_STRETCHES } from '../../attack/main-thread.ts'
import { residentMb } from '../../attack/resident.ts'
import { type Aim, startEmbedded } from '../../attack/victim.ts'
import { atMost, exactly, medianOf, type Part, type Row } from '../rows.ts'

const ROUNDS = 3
/** Of calm before each round, and at least of the load itself: shorter ones are run again. */
const WINDOW_MS = 3_000
const MEMORY_BACK_WITHIN_MS = 60_000
const MOST_MB = 20

type Round = { movedMs: number; stretchMs: number; words: string; failures: string[] }

/** One load between two looks at what another browser feels; the worse of its requests and its commands counts. */
async function roundOf({ run }: Load, aim: Aim, bystander: Bystander): Promise<Round> {
  await bystander.take()
  await sleep(WINDOW_MS)
  const calm = await bystander.take()
  await longestStretchMs(aim.product())
  const startedAt = performance.now()
  do await run(aim, 1)
  while (performance.now() - startedAt < WINDOW_MS)
  const felt = await bystander.take()
  const stretchMs = await longestStretchMs(aim.product())
  const movedMs = Math.max(p95(felt.requestsMs) - p95(calm.requestsMs), p95(felt.commandsMs) - p95(calm.commandsMs))
  const words = `${p95(calm.requestsMs).toFixed(1)} to ${p95(felt.requestsMs).toFixed(1)} ms`
  return { movedMs, stretchMs, words, failures: felt.failures }
}

export const part: Part = {
  title: 'hostile load, as another browser feels it',
  measure: async (say) => {
    const { product, recorder } = await startEmbedded(TELLS_STRETCHES)
    const aim = { product: () => product, port: () => product.port, host: () => `localhost:${product.port}` }
    const bystander = await openBystander(aim)
    const rows: Row[] = []
    try {
      // Once at a tenth, so that what is only loaded or compiled the first time does not count as kept.
      for (const { run } of LOADS) await run(aim, 0.1)
      const memoryMb = residentMb(product.pid)
      for (const load of LOADS) {
        const rounds: Round[] = []
        for (let round = 0; round < ROUNDS; round++) rounds.push(await roundOf(load, aim, bystander))
        const failures = rounds.flatMap((round) => round.failures)
        const words = rounds.map((round) => round.words).join(', ')
        say(`${load.attack}: ${words}; ${residentMb(product.pid).toFixed(0)} MB`)
        const moved = medianOf(rounds.map(({ movedMs }) => movedMs))
        rows.push(
          atMost(`p95 of another browser moved by attacks ${load.attack}`, 50, moved, 'ms', `requests ${words}`),
        )
        const stretch = Math.max(...rounds.map(({ stretchMs }) => stretchMs))
        rows.push(atMost('longest stretch of CPU time on the main thread meanwhile', 50, stretch, 'ms'))
        rows.push(exactly('its requests and commands that failed meanwhile', 0, failures.length, failures[0]))
      }
      const deadline = performance.now() + MEMORY_BACK_WITHIN_MS
      while (residentMb(product.pid) - memoryMb > MOST_MB && performance.now() < deadline) await sleep(500)
      const kept = residentMb(product.pid) - memoryMb
      rows.push(atMost('memory kept after all of them', MOST_MB, kept, 'MB', `from ${memoryMb.toFixed(0)} MB`))
      rows.push(exactly('calls at the engine', 0, recorder.calls().length))
      return rows
    } finally {
      bystander.close()
      await product.stop()
      await recorder.close()
    }
  },
}
