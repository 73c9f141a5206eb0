import { createTurnJudge } from '#lib/analysis/deviations.ts'
import { expectedOver, fairnessOf, type Stretch } from '#lib/analysis/fairness.ts'
import type { Cluster } from '#lib/cluster/cluster.ts'
import type { ConfiguredServer } from '#lib/protocol/configuration.ts'
import type { BurstRequest } from '#lib/protocol/model.ts'
import { hasDetail, NO_ROUTE, OUTCOME_AT, outcomeOf, ROUTE_AT, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import type { BurstTick, RunningBurst } from '#lib/traffic/burst.ts'
import type { Judgement } from './burst-summary.ts'

export type Judge = {
  take(tick: BurstTick, run: RunningBurst): void
  verdict(): Judgement
}

/**
 * Judges a burst while it runs: turns at concurrency 1, counts always. What a backend should have answered is summed over
 * generations, since members change during a burst: in each, its members share the answers by weight.
 */
export function openJudge(cluster: Cluster, request: BurstRequest): Judge {
  const turns = createTurnJudge()
  const answeredByRoute: number[] = []
  let routes: RunningBurst['routes'] = () => []
  // Once several are in flight neighbours overtake each other: from then on turns cannot be told.
  let isOneAtATime = request.concurrency === 1

  return {
    take({ fromSeq, toSeq, routes: added }, run) {
      routes = () => run.routes()
      isOneAtATime &&= request.concurrency === 1
      for (const { generation } of added) {
        const members = generation === null ? null : membersOf(cluster, generation)
        if (generation !== null && members) {
          turns.know(
            generation,
            members.map(({ backend }) => backend),
          )
        }
      }
      const words = run.samples(fromSeq, toSeq)
      for (let at = 0; at < words.length; at += SAMPLE_WORDS) {
        const outcome = words[at + OUTCOME_AT] ?? 0
        const isAnswered = outcomeOf(outcome) === 'answered'
        const route = words[at + ROUTE_AT] ?? NO_ROUTE
        if (isAnswered) answeredByRoute[route] = (answeredByRoute[route] ?? 0) + 1
        if (isOneAtATime) turns.take(turnOf(run, fromSeq + at / SAMPLE_WORDS, route, outcome))
      }
    },
    verdict() {
      const deviations = isOneAtATime ? turns.report().deviations : null
      const stretches = stretchesOf(routes(), answeredByRoute, cluster)
      if (!stretches) return { fairness: null, deviations, expected: null, ...UNTOLD }
      const expected = expectedOver(stretches)
      const answered = answeredByBackend(routes(), answeredByRoute)
      const weights = new Map(
        stretches.flatMap(({ members }) => members.map(({ backend, weight }) => [backend, weight])),
      )
      const parts = [...expected].map(([backend, share]) => ({
        answered: answered.get(backend) ?? 0,
        weight: weights.get(backend) ?? 0,
        expected: share,
      }))
      return { fairness: fairnessOf(parts), deviations, expected, ...UNTOLD }
    },
  }
}

const UNTOLD = { stretches: [], stretchesLeftOut: 0, failovers: [], rescuedFrom: new Map<string, number>() }

/** The backends that get requests in a generation, with their weights; null when the generation is not ours. */
const membersOf = (cluster: Cluster, generation: string): readonly ConfiguredServer[] | null =>
  cluster.configurationOf(generation)?.servers.filter(({ state }) => state === 'in') ?? null

function turnOf(run: RunningBurst, seq: number, index: number, word: number) {
  const route = run.routes()[index]
  const detail = hasDetail(word) ? run.detail(seq) : null
  const tried = detail?.attempts.map(({ peer }) => run.peers()[peer]?.backend ?? null) ?? []
  const outcome = outcomeOf(word)
  return {
    seq,
    generation: route?.generation ?? null,
    backend: outcome === 'answered' ? (route?.backend ?? null) : null,
    failed: outcome === 'answered' ? tried.slice(0, -1) : tried,
    tookUnseenTurn: (detail?.resent ?? false) || outcome === 'timedOut' || outcome === 'cancelled',
  }
}

/** Null when a generation is not ours, so that nobody knows who its members were. */
function stretchesOf(routes: ReturnType<RunningBurst['routes']>, counts: number[], cluster: Cluster): Stretch[] | null {
  const byGeneration = new Map<string, number>()
  for (const { index, generation } of routes) {
    const count = counts[index] ?? 0
    if (count === 0) continue
    if (generation === null) return null
    byGeneration.set(generation, (byGeneration.get(generation) ?? 0) + count)
  }
  const stretches: Stretch[] = []
  for (const [generation, answered] of byGeneration) {
    const members = membersOf(cluster, generation)
    if (!members) return null
    stretches.push({ answered, members })
  }
  return stretches
}

function answeredByBackend(routes: ReturnType<RunningBurst['routes']>, counts: number[]): Map<string, number> {
  const answered = new Map<string, number>()
  for (const { index, backend } of routes) {
    if (backend !== null) answered.set(backend, (answered.get(backend) ?? 0) + (counts[index] ?? 0))
  }
  return answered
}
