'use client'

import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useBackendNumbers } from '#components/backends/numbers.ts'
import { useBoxSize } from '#components/canvas/use-box-size.ts'
import { useLogTick } from '#components/samples/use-log-tick.ts'
import { Button } from '#components/ui/button.tsx'
import { Choice } from '#components/ui/choice.tsx'
import { groupDigits } from '#components/ui/figures.ts'
import { useSampleLog } from '#lib/client/use-page.ts'
import { SampleRow } from './sample-row.tsx'
import { PAGE_ROWS, ROW_FILTERS, RowFinder, rowAt, type TableFilter } from './table-rows.ts'
import { visibleRows } from './visible-rows.ts'

const TABLE_INTERVAL_MS = 250
const COLUMNS = ['#', 'Sent at', 'Answered by', 'Outcome', 'Status', 'From sent', 'From due', 'Attempts'] as const
const NUMERIC: readonly string[] = ['#', 'Sent at', 'Status', 'From sent', 'From due']
const NONE: Record<TableFilter, string> = {
  all: 'No requests yet.',
  failed: 'None failed.',
  rescued: 'None was rescued.',
  both: 'None failed and none was rescued.',
}

type SampleTableProps = { filter: TableFilter; onFilter: (filter: TableFilter) => void }

/** The rows of the tape as a table, newest last; it follows the newest while it stands at the end. */
export function SampleTable({ filter, onFilter }: SampleTableProps) {
  const log = useSampleLog()
  const numbers = useBackendNumbers()
  const tick = useLogTick(TABLE_INTERVAL_MS)
  const [atMost, setAtMost] = useState(PAGE_ROWS)
  const finder = useMemo(() => new RowFinder(log, filter), [log, filter])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the log grows in place; `tick` tells when.
  const { seqs, of } = useMemo(() => finder.find(atMost), [finder, atMost, tick])
  const scroller = useRef<HTMLElement>(null)
  const size = useBoxSize(scroller)
  /** How far it is scrolled; null: it follows the end. */
  const [top, setTop] = useState<number | null>(null)
  useLayoutEffect(() => {
    const box = scroller.current
    if (box && top === null) box.scrollTop = box.scrollHeight
  })
  const { from, to, above, below } = visibleRows(seqs.length, size?.height ?? 0, top)
  const earlier = of - seqs.length
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <Choice chosen={filter} label="Which requests" onChoose={onFilter} options={ROW_FILTERS} />
        <p className="text-muted text-xs">
          {seqs.length === 0 ? NONE[filter] : `the newest ${groupDigits(seqs.length)} of ${groupDigits(of)}`}
        </p>
        {earlier > 0 && (
          <Button look="link" onClick={() => setAtMost(atMost + PAGE_ROWS)}>
            Show {groupDigits(Math.min(earlier, PAGE_ROWS))} earlier
          </Button>
        )}
      </div>
      <section
        aria-label="Requests, newest last"
        className="min-h-0 flex-1 overflow-auto rounded-md border border-line max-wide:max-h-80"
        onScroll={({ currentTarget: box }) =>
          setTop(box.scrollHeight - box.scrollTop - box.clientHeight < 8 ? null : box.scrollTop)
        }
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard.
        tabIndex={0}
      >
        {/* The room of the rows that cannot be seen. */}
        <div style={{ paddingTop: above, paddingBottom: below }}>
          <table aria-rowcount={of + 1} className="w-full border-separate border-spacing-0">
            <caption className="sr-only">The requests of the burst in the panel</caption>
            <thead className="sticky top-0 bg-raise text-muted text-xs">
              <tr aria-rowindex={1}>
                {COLUMNS.map((column) => (
                  <th
                    className={`whitespace-nowrap px-3 py-1.5 font-semibold ${NUMERIC.includes(column) ? 'text-right' : 'text-left'}`}
                    key={column}
                    scope="col"
                  >
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {seqs
                .slice(from, to)
                .flatMap((seq) => rowAt(log, seq))
                .map((row, index) => (
                  <SampleRow index={earlier + from + index + 2} key={row.sample.seq} numbers={numbers} row={row} />
                ))}
            </tbody>
          </table>
        </div>
      </section>
    </div>
  )
}
