import type { Detail, Peer, Route } from '#lib/protocol/frame.ts'
import type { Outcome, Reason } from '#lib/protocol/model.ts'
import { NO_ROUTE, packOutcome, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import { addressOf, GENERATION, generationsOf, type RunStory, runBackendsOf, SPACING_US, turnOf } from './fake-run.ts'

type Line = { outcome: Outcome; reason: Reason; status: number; route: number; attempts: number[] }

/** Routes are backends under the generation in force, those of the generation before behind them. */
const routeOf = (turn: number, generation: string, replicas: number): number =>
  generation === GENERATION ? turn : replicas + turn

/** Request `seq` of a run, and how it ended. */
export const lineOf = (seq: number, story: RunStory): Line => {
  const { replicas, brokenFrom } = story
  const { turn, generation } = turnOf(seq, story)
  const route = routeOf(turn, generation, replicas)
  const plain: Line = { outcome: 'answered', reason: 'none', status: 200, route, attempts: [] }
  if (brokenFrom === null || seq < brokenFrom || turn !== 1) return plain
  if (seq < brokenFrom + replicas)
    return { outcome: 'failed', reason: 'gateway-timeout', status: 504, route: NO_ROUTE, attempts: [1] }
  return { ...plain, route: (turn + 1) % replicas, attempts: [1, (turn + 1) % replicas] }
}

/** Everything of a run's samples: what a frame and a run's file carry. */
export function samplesOf(lines: readonly Line[], story: RunStory) {
  const backends = runBackendsOf(story)
  const generations = generationsOf(story)
  const routes: Route[] = generations
    .toReversed()
    .flatMap(({ generation }) => backends.map(({ backend }) => ({ backend, generation })))
    .map((route, index) => ({ ...route, index }))
  const peers: Peer[] = routes
    .slice(0, story.replicas)
    .map(({ index, backend }) => ({ index, address: addressOf(index + 1), backend }))
  const details: Detail[] = []
  const samples = new Uint32Array(lines.length * SAMPLE_WORDS)
  for (const [seq, line] of lines.entries()) {
    const latencyUs = 1_200 + ((seq * 7_919) % 900) + (line.attempts.length > 0 ? 1_500 : 0)
    const word = packOutcome(line.status, line.outcome, line.reason, line.attempts.length > 0)
    samples.set([seq * SPACING_US, latencyUs, 0, line.route, seq, word], seq * SAMPLE_WORDS)
    const last = line.attempts.length - 1
    const attempts = line.attempts.map((peer, index) => {
      const answered = index === last && line.outcome === 'answered'
      return { peer, status: answered ? 200 : 504, us: answered ? 1_100 : 1_500 }
    })
    if (attempts.length > 0) details.push({ seq, resent: false, attempts })
  }
  return { samples, routes, peers, details, generations, backends }
}
