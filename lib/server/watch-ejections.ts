import type { Cluster } from '#lib/cluster/cluster.ts'
import type { BurstRegistry } from './burst-registry.ts'

/** Tells the cluster at which backends the front door failed, as the attempts of a running burst show it. */
export function watchEjections(bursts: BurstRegistry, cluster: Cluster): () => void {
  return bursts.subscribe({
    ticked: ({ details }, run) => {
      for (const { attempts } of details) {
        for (const { peer, status } of attempts) {
          const backend = run.peers()[peer]?.backend
          if (backend && (status === 502 || status === 504)) cluster.attemptFailed(backend)
        }
      }
    },
  })
}
