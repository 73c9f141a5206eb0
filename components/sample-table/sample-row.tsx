'use client'

import { memo } from 'react'
import { BackendMark } from '#components/backends/backend-mark.tsx'
import type { BackendNumbers } from '#components/backends/numbers.ts'
import { answeredBy, outcomeText } from '#components/samples/sample-text.ts'
import { formatMs } from '#components/ui/figures.ts'
import { attemptsText, type TableRow } from './table-rows.ts'
import { ROW_PX } from './visible-rows.ts'

type SampleRowProps = { row: TableRow; numbers: BackendNumbers; index: number }

const CELL = 'border-line border-t px-3 py-0 whitespace-nowrap'

/** A sample never changes once it is there: a row is drawn once. */
export const SampleRow = memo(
  function SampleRow({ row, numbers, index }: SampleRowProps) {
    const { sample } = row
    const isWell = sample.outcome === 'answered' && (sample.status ?? 0) < 500
    const by = answeredBy(sample)
    return (
      <tr aria-rowindex={index} className="num text-xs" style={{ height: ROW_PX }}>
        <td className={`${CELL} text-right`}>{sample.seq}</td>
        <td className={`${CELL} text-right`}>{(sample.sentUs / 1e6).toFixed(3)} s</td>
        <td className={CELL}>{by === null ? 'nobody' : <BackendMark backend={by} numbers={numbers} />}</td>
        <td className={`${CELL} ${isWell ? '' : 'text-failed'}`}>
          {isWell ? '' : '✕ '}
          {outcomeText(sample)}
          {sample.resent ? ', sent again' : ''}
        </td>
        <td className={`${CELL} text-right`}>{sample.status ?? '–'}</td>
        <td className={`${CELL} text-right`}>{formatMs(sample.latencyUs / 1_000)}</td>
        <td className={`${CELL} text-right`}>
          {formatMs((sample.sentUs - sample.intendedUs + sample.latencyUs) / 1_000)}
        </td>
        <td className={`${CELL} w-full`}>{attemptsText(row, numbers)}</td>
      </tr>
    )
  },
  (before, now) =>
    before.row.sample.seq === now.row.sample.seq && before.numbers === now.numbers && before.index === now.index,
)
