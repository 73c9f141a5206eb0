'use client'

import { useEffect, useState } from 'react'
import { createPage, type Page } from '#lib/client/page.ts'
import { PageContext } from '#lib/client/use-page.ts'
import { Instrument } from './instrument.tsx'

/** The one client root: makes the page's store and its link, and provides both. A test may give a page of its own. */
export function Dashboard({ page: given }: { page?: Page }) {
  const [page] = useState(() => given ?? createPage())
  useEffect(() => page.connect(), [page])
  return (
    <PageContext value={page}>
      <Instrument />
    </PageContext>
  )
}
