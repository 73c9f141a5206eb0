'use client'

import type { PageState } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'

/** Why a panel may not show what is; null while it does. */
export function stalenessOf({ link, cluster }: Pick<PageState, 'link' | 'cluster'>, ofCluster: boolean): string | null {
  if (link.state === 'lost') return 'not live: connection lost'
  if (link.state === 'locked') return 'not live: the token has changed'
  if (link.state === 'refused' || link.state === 'outdated') return 'not live: reload the page'
  if (ofCluster && cluster?.trouble?.code === 'engine-gone') return 'may be out of date: Docker does not answer'
  return null
}

const ofPage = (state: PageState) => stalenessOf(state, false)
const ofClusterToo = (state: PageState) => stalenessOf(state, true)

/** Beside a panel's title, only when its picture may be old. */
export function StaleMark({ cluster = false }: { cluster?: boolean }) {
  const stale = usePage(cluster ? ofClusterToo : ofPage)
  return stale && <span className="text-muted text-xs max-wide:order-last max-wide:w-full">◌ {stale}</span>
}
