'use client'

import { useState } from 'react'
import { openedPage } from '#lib/client/page.ts'
import { PageContext } from '#lib/client/use-page.ts'
import { Instrument } from './instrument.tsx'

/** The one client root: has the page's store and its link, and provides both. */
export function Dashboard() {
  const [page] = useState(openedPage)
  return (
    <PageContext value={page}>
      <Instrument />
    </PageContext>
  )
}
