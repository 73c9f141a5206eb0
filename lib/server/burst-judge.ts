import { type Ended, type FailedAttempt, RunJudge } from '#lib/analysis/run-judge.ts'
import type { Cluster } from '#lib/cluster/cluster.ts'
import type { Detail } from '#lib/protocol/frame.ts'
import type { BurstRequest } from '#lib/protocol/model.ts'
import { NO_ROUTE, OUTCOME_AT, outcomeOf, ROUTE_AT, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import type { BurstTick, RunningBurst } from '#lib/traffic/burst.ts'
import type { Judgement } from './burst-summary.ts'

/** What is read of a burst. */
type Samples = Pick<RunningBurst, 'samples' | 'routes' | 'peers'>

export type Judge = {
  take(tick: BurstTick, run: Samples): void
  verdict(): Judgement
}

const NO_ATTEMPTS: readonly FailedAttempt[] = []

/**
 * Reads the samples of each tick to the judge of the run. A generation's configuration is asked of the cluster at its first
 * sample: the cluster knows it from before its first answer. `request` is read anew at each tick, since an edit changes it.
 */
export function openJudge(cluster: Pick<Cluster, 'configurationOf'>, request: BurstRequest): Judge {
  const judge = new RunJudge((generation) => cluster.configurationOf(generation), request.concurrency === 1)
  return {
    take({ fromSeq, toSeq, details }, run) {
      if (request.concurrency > 1) judge.overlap()
      const words = run.samples(fromSeq, toSeq)
      // Less than was asked for when some are no longer kept.
      const firstSeq = toSeq - words.length / SAMPLE_WORDS
      const routes = run.routes()
      const isPlain = details.length === 0
      const detailOf = new Map(details.map((detail) => [detail.seq, detail]))
      for (let at = 0; at < words.length; at += SAMPLE_WORDS) {
        const seq = firstSeq + at / SAMPLE_WORDS
        const detail = isPlain ? undefined : detailOf.get(seq)
        const index = words[at + ROUTE_AT] ?? NO_ROUTE
        const route = index === NO_ROUTE ? undefined : routes[index]
        const outcome = outcomeOf(words[at + OUTCOME_AT] ?? 0)
        judge.take({
          seq,
          sentUs: words[at] ?? 0,
          latencyUs: words[at + 1] ?? 0,
          outcome,
          generation: route?.generation ?? null,
          backend: outcome === 'answered' ? (route?.backend ?? null) : null,
          failedAttempts: detail ? failedIn(detail, outcome, run) : NO_ATTEMPTS,
          resent: detail?.resent ?? false,
        })
      }
    },
    verdict: () => judge.judgement(),
  }
}

/** The last attempt of an answered request is the one that answered. */
function failedIn({ attempts }: Detail, outcome: Ended['outcome'], run: Samples): FailedAttempt[] {
  const failed = outcome === 'answered' ? attempts.slice(0, -1) : attempts
  return failed.map(({ peer, us }) => ({ backend: run.peers()[peer]?.backend ?? null, us }))
}
