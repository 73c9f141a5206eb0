import { setTimeout as sleep } from 'node:timers/promises'
import type { ComposeProject } from '../compose-project.ts'
import { backendContainers } from './backend-containers.ts'
import { openIdleConnection } from './idle-connection.ts'
import { type PlainCounts, startPlainClient } from './plain-client.ts'
import { type Answer, type Dashboard, putReplicas } from './put-replicas.ts'

/** Where the dashboard and the front door of a Compose project are. */
export type Place = Dashboard & { frontDoorPort: number; project: ComposeProject }

/** `kept`: backends in the list after a take-back that ran before it, of `expected`; `refused`: commands that were not reached. */
export type Cycled = PlainCounts & {
  cycles: number
  takeBacks: number
  kept: number
  expected: number
  refused: string[]
}

const FEW = 2
const MANY = 6
const TAKEN_BACK_TO = 5
/** From the answer to the scale-down to the scale-up, in turn. An idle connection keeps the old workers for longer. */
const GAPS_MS = [0, 100, 300, 600, 1_000, 2_000, 3_000]
const LIMIT_MS = 900_000

/**
 * Scales 2 → 6 → 2 under a plain client's requests, every second time with a take-back: 6 → 2 → 5 while the four still drain, then
 * on to 2. Goes on until there were so many cycles and so many requests.
 */
export async function scaleInCycles(
  place: Place,
  goal: { cycles: number; requests: number; ratePerSecond: number },
  say: (line: string) => void,
): Promise<Cycled> {
  const startedAt = performance.now()
  const done = { cycles: 0, takeBacks: 0, kept: 0, expected: 0, refused: [] as string[] }
  const command = async (replicas: number, waits = true): Promise<Answer> => {
    const answer = await putReplicas(place, replicas, waits)
    if (answer.status !== (waits ? 200 : 202)) done.refused.push(`to ${replicas}: ${answer.words}`)
    return answer
  }

  async function takeBack(gapMs: number): Promise<void> {
    const before = new Set((await backendContainers(place.project)).map(({ backend }) => backend))
    const idle = await openIdleConnection(place.frontDoorPort)
    try {
      await command(FEW, false)
      await sleep(gapMs)
      const { snapshot } = await command(TAKEN_BACK_TO)
      const listed = snapshot?.backends.filter((one) => one.listed && one.wanted === 'up') ?? []
      const kept = listed.filter(({ backend }) => before.has(backend)).length
      done.takeBacks += 1
      done.expected += TAKEN_BACK_TO
      done.kept += kept
      if (kept !== TAKEN_BACK_TO) say(`taken back after ${gapMs} ms: ${kept} of ${TAKEN_BACK_TO} ran before`)
    } finally {
      idle.destroy()
    }
  }

  const client = startPlainClient(place.frontDoorPort, goal.ratePerSecond)
  try {
    while (done.cycles < goal.cycles || client.counts().sent < goal.requests) {
      if (performance.now() - startedAt > LIMIT_MS) throw new Error(`After ${LIMIT_MS} ms only ${done.cycles} cycles`)
      await command(MANY)
      if (done.cycles % 2 === 1) await takeBack(GAPS_MS[done.takeBacks % GAPS_MS.length] ?? 0)
      await command(FEW)
      done.cycles += 1
      const { sent, failures } = client.counts()
      say(`cycle ${done.cycles}: ${sent} sent, failed: ${JSON.stringify(Object.fromEntries(failures))}`)
    }
  } finally {
    await client.stop()
  }
  return { ...done, ...client.counts() }
}
