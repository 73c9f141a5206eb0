import { latestRun } from '#components/runs/latest-run.ts'
import { groupDigits } from '#components/ui/figures.ts'
import type { PageState } from '#lib/client/page-state.ts'
import { failedInAll, NO_TOTALS, settledOf } from '#lib/protocol/model.ts'

export type PageMark = { icon: 'ok' | 'warn' | 'danger'; title: string }

const NAME = 'Robinscope'

/**
 * What a tab in the background says: danger when requests fail or nothing can be known, warn when something is not as
 * wanted, ok otherwise; and in the title how far a burst is.
 */
export function pageMarkOf(state: Pick<PageState, 'link' | 'cluster' | 'shown' | 'runs'>): PageMark {
  const { link, cluster } = state
  const { burst, totals } = latestRun(state) ?? { burst: null, totals: NO_TOTALS }
  if (link.state === 'connecting') return { icon: 'ok', title: NAME }
  if (link.state !== 'live') return { icon: 'danger', title: `Not connected · ${NAME}` }
  if (cluster?.trouble?.code === 'engine-gone') return { icon: 'danger', title: `Docker does not answer · ${NAME}` }
  if (cluster && cluster.frontDoor.status === 'down') return { icon: 'danger', title: `Front door down · ${NAME}` }
  const failed = failedInAll(totals)
  const running = burst?.status === 'running'
  const requests = burst?.request.requests
  const settled = groupDigits(settledOf(totals))
  const progress = running ? `${settled}${requests === undefined ? '' : ` of ${groupDigits(requests)}`} · ` : ''
  if (failed > 0) return { icon: 'danger', title: `${groupDigits(failed)} failed · ${progress}${NAME}` }
  const unwell = cluster?.trouble || cluster?.backends.some((one) => one.wanted === 'up' && one.status === 'down')
  return { icon: unwell ? 'warn' : 'ok', title: `${progress}${NAME}` }
}

export const iconOf = (state: PageState): PageMark['icon'] => pageMarkOf(state).icon
export const titleOf = (state: PageState): string => pageMarkOf(state).title
