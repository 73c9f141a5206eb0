import type { ClusterSnapshot } from '#lib/protocol/model.ts'
import type { Product } from '../product.ts'
import { until } from '../until.ts'

export type Look = (snapshot: ClusterSnapshot) => boolean

/** How a snapshot shows the backend of this number. */
export const stateOf = (snapshot: ClusterSnapshot, number: number): string =>
  snapshot.backends.find((backend) => backend.number === number)?.status ?? 'absent'

/** Milliseconds from now until the dashboard shows it. */
export async function shownAfterMs(product: Product, what: string, look: Look): Promise<number> {
  const startedAt = performance.now()
  await until(what, async () => look(await product.api.cluster()), 30_000, 10)
  return performance.now() - startedAt
}
