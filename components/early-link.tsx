'use client'

import { openedPage } from '#lib/client/page.ts'

// A module of its own, small and read before the dashboard's: the cluster is on its way while the browser compiles the rest.
if (typeof document !== 'undefined') openedPage()

/** Draws nothing. Put it before the dashboard. */
export function EarlyLink() {
  return null
}
