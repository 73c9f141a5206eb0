import type { PageState } from '#lib/client/page-state.ts'
import type { Burst, Totals } from '#lib/protocol/model.ts'

export type LatestRun = {
  burst: Burst
  totals: Totals
  /** Microseconds since its start at which the totals held. */
  elapsedUs: number
}

/**
 * The run that Send and Cancel are about, the running one, else the latest, whichever is shown; null before the first. While another is
 * shown, only the summary tells of it, once a second.
 */
export function latestRun({ shown, runs }: Pick<PageState, 'shown' | 'runs'>): LatestRun | null {
  const { source, burst, live } = shown
  if (source === 'live') return burst && { burst, totals: live.totals, elapsedUs: live.elapsedUs }
  const [latest] = runs
  return latest ? { burst: latest, totals: latest, elapsedUs: lastedUs(latest) } : null
}

function lastedUs({ startedAt, finishedAt, stretches }: Burst): number {
  if (finishedAt !== null) return (Date.parse(finishedAt) - Date.parse(startedAt)) * 1_000
  return stretches.at(-1)?.toUs ?? 0
}
