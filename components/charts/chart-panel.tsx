'use client'

import type { ReactNode } from 'react'
import { StaleMark } from '#components/notices/stale-mark.tsx'
import { Panel } from '#components/ui/panel.tsx'

type ChartPanelProps = { title: string; summary: string; empty: string | null; children: ReactNode }

/** The frame of a chart: its picture, the same in words, or why there is none. */
export function ChartPanel({ title, summary, empty, children }: ChartPanelProps) {
  return (
    <Panel aside={<StaleMark />} className="px-4 pt-2 pb-1.5 max-wide:min-h-44" title={title}>
      {empty === null ? (
        <>
          <p className="sr-only">{summary}</p>
          <div className="relative min-h-0 flex-1">{children}</div>
        </>
      ) : (
        <p className="m-auto max-w-96 text-center text-muted">{empty}</p>
      )}
    </Panel>
  )
}
