import type { PageState } from '#lib/client/page-state.ts'

/** Why a panel may not show what is; null while it does. */
export function stalenessOf({ link, cluster }: Pick<PageState, 'link' | 'cluster'>, ofCluster: boolean): string | null {
  if (link.state === 'lost') return 'not live: connection lost'
  if (link.state === 'refused' || link.state === 'outdated') return 'not live: reload the page'
  if (ofCluster && cluster?.trouble?.code === 'engine-gone') return 'may be stale: engine gone'
  return null
}
