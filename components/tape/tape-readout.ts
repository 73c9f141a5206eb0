import { type BackendNumbers, byNumber, nameOf } from '#components/backends/numbers.ts'
import { sampleText } from '#components/samples/sample-text.ts'
import { groupDigits } from '#components/ui/figures.ts'
import type { SampleLog } from '#lib/client/sample-log.ts'
import { readSample } from '#lib/client/sample-rows.ts'
import type { TapeColumn, TapeColumns } from '#lib/diagram/tape-columns.ts'
import type { BackendKey } from '#lib/protocol/model.ts'

/** A column in a line: "#200 to #219: 7 by 1 a3f9, 7 by 2 7be0, 6 by 3 c0de". */
function columnText(column: TapeColumn, backends: readonly BackendKey[], numbers: BackendNumbers): string {
  const counted = (counts: readonly (number | undefined)[], word: string) =>
    backends
      .flatMap((backend, place) => (counts[place] ? [{ backend, got: counts[place] }] : []))
      .sort((one, other) => byNumber(numbers)(one.backend, other.backend))
      .map(({ backend, got }) => `${groupDigits(got)} ${word} ${nameOf(backend, numbers)}`)
  return [
    ...counted(column.answered, 'by'),
    ...(column.failed > 0 ? [`${groupDigits(column.failed)} by nobody`] : []),
    ...(column.cancelled > 0 ? [`${groupDigits(column.cancelled)} cancelled`] : []),
    ...counted(column.errors, 'with an error from'),
    ...counted(column.broken, 'rescued or lost at'),
  ].join(', ')
}

/** What stands at this sample, or in its column where a column stands for several. */
export function readoutAt(log: SampleLog, columns: TapeColumns, seq: number, numbers: BackendNumbers): string {
  const { perColumn } = columns
  const number = (one: number) => `#${groupDigits(one)}`
  if (perColumn === 1) {
    const sample = readSample(log, seq)
    return sample ? sampleText(sample, numbers) : `${number(seq)}: did not reach this browser`
  }
  const index = Math.floor(seq / perColumn)
  const last = Math.min((index + 1) * perColumn, log.nextSeq) - 1
  columns.count(index, index + 1, log.nextSeq)
  const column = columns.column(index)
  const words = column ? columnText(column, columns.backends, numbers) : 'did not reach this browser'
  return `${number(index * perColumn)} to ${number(last)}: ${words}`
}
