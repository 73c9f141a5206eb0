import { endedSample } from '#lib/analysis/ended-sample.ts'
import { RunJudge, type RunJudgement } from '#lib/analysis/run-judge.ts'
import type { Cluster } from '#lib/cluster/cluster.ts'
import type { BurstRequest } from '#lib/protocol/model.ts'
import { SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import type { BurstTick, RunningBurst } from '#lib/traffic/burst.ts'

/** What is read of a burst. */
type Samples = Pick<RunningBurst, 'samples' | 'routes' | 'peers'>

export type Judge = {
  take(tick: BurstTick, run: Samples): void
  verdict(): RunJudgement
}

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
      const tables = { route: (index: number) => routes[index], peer: (index: number) => run.peers()[index] }
      for (let at = 0; at < words.length; at += SAMPLE_WORDS) {
        const seq = firstSeq + at / SAMPLE_WORDS
        const detail = isPlain ? null : (detailOf.get(seq) ?? null)
        judge.take(endedSample(words, at, seq, detail, tables))
      }
    },
    verdict: () => judge.judgement(),
  }
}
