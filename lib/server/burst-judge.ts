import type { Cluster } from '#lib/cluster/cluster.ts'
import type { BurstRequest } from '#lib/protocol/model.ts'
import { outcomeOf, routeOf, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
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
  void request
  const answeredByRoute: number[] = []
  let routes: RunningBurst['routes'] | null = null
  return {
    take({ fromSeq, toSeq }, run) {
      routes = () => run.routes()
      const words = run.samples(fromSeq, toSeq)
      for (let at = 3; at < words.length; at += SAMPLE_WORDS) {
        const verdict = words[at] ?? 0
        if (outcomeOf(verdict) !== 'answered') continue
        answeredByRoute[routeOf(verdict)] = (answeredByRoute[routeOf(verdict)] ?? 0) + 1
      }
    },
    verdict() {
      const byGeneration = new Map<string | null, number>()
      const answered = new Map<string, number>()
      for (const { index, backend, generation } of routes?.() ?? []) {
        const count = answeredByRoute[index] ?? 0
        byGeneration.set(generation, (byGeneration.get(generation) ?? 0) + count)
        if (backend !== null) answered.set(backend, (answered.get(backend) ?? 0) + count)
      }
      const expected = new Map<string, number>()
      for (const [generation, count] of byGeneration) {
        const members = generation === null ? null : cluster.membersOf(generation)
        if (!members) return { fairness: null, deviations: null, expected: null }
        for (const member of members) expected.set(member, (expected.get(member) ?? 0) + count / members.length)
      }
      return { fairness: null, deviations: null, expected }
    },
  }
}
