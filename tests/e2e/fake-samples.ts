import {
  choosePeer,
  type Peers,
  peerAnswered,
  peerFailed,
  startPeers,
} from '#lib/algorithm/smooth-weighted-round-robin.ts'
import { DEFAULT_POLICY, DEFAULT_SETTINGS } from '#lib/protocol/configuration.ts'
import type { Detail, Peer, Route } from '#lib/protocol/frame.ts'
import type { Outcome, Reason } from '#lib/protocol/model.ts'
import { NO_ROUTE, packOutcome, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import {
  addressOf,
  GENERATION,
  GENERATION_BEFORE,
  generationsOf,
  type RunStory,
  runBackendsOf,
  SPACING_US,
} from './fake-run.ts'

/** The backend that dies, from 0. */
const MORTAL = 1
/** nginx says so of a connection that was refused, or that closed before an answer. */
const REFUSED = 502

/** One request: which backends were asked, from 0, and whether the last of them answered. */
type Line = { generation: string; asked: number[]; isAnswered: boolean }

const freshPeers = (count: number): Peers =>
  startPeers(
    Array.from({ length: count }, () => ({
      ...{ weight: DEFAULT_SETTINGS.weight, maxFails: DEFAULT_POLICY.maxFails, down: false },
      failTimeoutS: DEFAULT_POLICY.failTimeoutMs / 1_000,
    })),
  )

/** The requests of a run, as nginx's own algorithm sends them: no scene shows what a front door would not do. */
export function linesOf({ sent, replicas, brokenFrom, joinedAt }: RunStory): Line[] {
  let peers = freshPeers(joinedAt === null ? replicas : replicas - 1)
  let isDead = false
  return Array.from({ length: sent }, (_, seq) => {
    if (seq === joinedAt) peers = freshPeers(replicas)
    const nowS = Math.floor((seq * SPACING_US) / 1e6)
    const asked: number[] = []
    const generation = joinedAt !== null && seq < joinedAt ? GENERATION_BEFORE : GENERATION
    for (;;) {
      const choice = choosePeer(peers, new Set(asked), nowS)
      if (choice.chosen === null) throw new Error(`Request ${seq} of this story finds no backend`)
      asked.push(choice.chosen)
      const isRefused = brokenFrom !== null && seq >= brokenFrom && choice.chosen === MORTAL
      if (!isRefused) {
        peers = peerAnswered(choice.peers, choice.chosen)
        return { generation, asked, isAnswered: true }
      }
      peers = peerFailed(choice.peers, choice.chosen, nowS)
      const isLost = !isDead
      isDead = true
      // nginx does not send a POST again that the backend may have read.
      if (isLost) return { generation, asked, isAnswered: false }
    }
  })
}

/** Everything of a run's samples: what a frame and a run's file carry. */
export function samplesOf(lines: readonly Line[], story: RunStory) {
  const { replicas } = story
  const backends = runBackendsOf(story)
  const generations = generationsOf(story)
  const routes: Route[] = generations
    .toReversed()
    .flatMap(({ generation }) => backends.map(({ backend }) => ({ backend, generation })))
    .map((route, index) => ({ ...route, index }))
  const peers: Peer[] = routes
    .slice(0, replicas)
    .map(({ index, backend }) => ({ index, address: addressOf(index + 1), backend }))
  const details: Detail[] = []
  const samples = new Uint32Array(lines.length * SAMPLE_WORDS)
  for (const [seq, { generation, asked, isAnswered }] of lines.entries()) {
    const last = asked.at(-1) ?? 0
    // Routes are backends under the generation in force, those of the generation before behind them.
    const route = isAnswered ? last + (generation === GENERATION ? 0 : replicas) : NO_ROUTE
    const isPlain = isAnswered && asked.length === 1
    const [outcome, reason]: [Outcome, Reason] = isAnswered ? ['answered', 'none'] : ['failed', 'no-backend']
    const latencyUs = 1_200 + ((seq * 7_919) % 900) + (isPlain ? 0 : 400)
    const word = packOutcome(isAnswered ? 200 : REFUSED, outcome, reason, !isPlain)
    samples.set([seq * SPACING_US, latencyUs, 0, route, seq, word], seq * SAMPLE_WORDS)
    const attempts = asked.map((peer, index) => {
      const isAnswer = isAnswered && index === asked.length - 1
      return { peer, status: isAnswer ? 200 : REFUSED, us: isAnswer ? 1_000 : 400 }
    })
    if (!isPlain) details.push({ seq, resent: false, attempts })
  }
  return { samples, routes, peers, details, generations, backends }
}
