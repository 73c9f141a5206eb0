'use client'

import { useMembers } from '#components/backends/numbers.ts'
import { StaleMark } from '#components/notices/stale-mark.tsx'
import { ShownMark } from '#components/runs/shown-mark.tsx'
import { SampleTable } from '#components/sample-table/sample-table.tsx'
import type { TableFilter } from '#components/sample-table/table-rows.ts'
import { Tape } from '#components/tape/tape.tsx'
import { Button } from '#components/ui/button.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { PanelBoundary } from '#components/ui/panel-boundary.tsx'
import { VerdictLine } from '#components/verdict/verdict-line.tsx'

type TapePanelProps = {
  /** The table's filter; null while the tape is shown. */
  table: TableFilter | null
  onTable: (table: TableFilter | null) => void
  onSend: () => void
}

/** How much room the lanes need: globals.css gives it. */
const lanesClass = (lanes: number): 'few' | 'some' | 'many' => (lanes <= 4 ? 'few' : lanes <= 6 ? 'some' : 'many')

/** The verdict, and under it the requests it was passed on: as a picture or as a table. On a narrow screen the verdict comes first of all. */
export function TapePanel({ table, onTable, onSend }: TapePanelProps) {
  const lanes = useMembers().length + 1
  return (
    <section aria-labelledby="tape-title" className="panel-tape" data-lanes={lanesClass(lanes)}>
      <h2 className="sr-only" id="tape-title">
        Tape
      </h2>
      <div className="verdict-row">
        <div className="min-w-0 flex-[1_1_12rem]">
          <VerdictLine onShowFailures={() => onTable('both')} />
        </div>
        <ShownMark />
        <StaleMark />
        <Button
          aria-keyshortcuts="t"
          aria-pressed={table !== null}
          look="link"
          onClick={() => onTable(table === null ? 'all' : null)}
        >
          Table <Kbd>T</Kbd>
        </Button>
      </div>
      <div className="tape-body">
        <PanelBoundary name="The tape">
          {table === null ? <Tape onSend={onSend} /> : <SampleTable filter={table} onFilter={onTable} />}
        </PanelBoundary>
      </div>
    </section>
  )
}
