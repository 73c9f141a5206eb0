'use client'

import { memo } from 'react'
import { BackendMark } from '#components/charts/backend-mark.tsx'
import type { KnownNumbers } from '#components/charts/known-numbers.ts'
import { formatMs } from '#components/ui/figures.ts'
import type { Sample } from '#lib/protocol/model.ts'
import { attemptsText, outcomeText } from './table-rows.ts'

type SampleRowProps = { sample: Sample; numbers: KnownNumbers; index: number }

const CELL = 'border-line border-t px-3 py-1 whitespace-nowrap'

/** A sample never changes once it is there: a row is drawn once. */
export const SampleRow = memo(
  function SampleRow({ sample, numbers, index }: SampleRowProps) {
    const isWell = sample.outcome === 'answered' && (sample.status ?? 0) < 500
    return (
      <tr aria-rowindex={index} className="num text-xs">
        <td className={`${CELL} text-right`}>{sample.seq}</td>
        <td className={`${CELL} text-right`}>{(sample.sentUs / 1e6).toFixed(3)} s</td>
        <td className={CELL}>
          {sample.backend ? <BackendMark backend={sample.backend} numbers={numbers} /> : 'nobody'}
        </td>
        <td className={`${CELL} ${isWell ? '' : 'text-failed'}`}>
          {isWell ? '' : '✕ '}
          {outcomeText(sample)}
        </td>
        <td className={`${CELL} text-right`}>{sample.status ?? '–'}</td>
        <td className={`${CELL} text-right`}>{formatMs(sample.latencyUs / 1_000)}</td>
        <td className={`${CELL} w-full`}>{attemptsText(sample.attempts, numbers)}</td>
      </tr>
    )
  },
  (before, now) => before.sample.seq === now.sample.seq && before.numbers === now.numbers && before.index === now.index,
)
