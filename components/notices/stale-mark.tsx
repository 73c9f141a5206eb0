'use client'

import type { PageState } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'
import { stalenessOf } from './staleness.ts'

const ofPage = (state: PageState) => stalenessOf(state, false)
const ofClusterToo = (state: PageState) => stalenessOf(state, true)

/** Beside a panel's title, only when its picture may be old. */
export function StaleMark({ cluster = false }: { cluster?: boolean }) {
  const stale = usePage(cluster ? ofClusterToo : ofPage)
  return stale && <span className="text-muted text-xs max-wide:order-last max-wide:w-full">◌ {stale}</span>
}
