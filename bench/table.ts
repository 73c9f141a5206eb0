import type { Figure, LeftOut } from './figure.ts'

const digits = (value: number): string => {
  if (!Number.isFinite(value)) return 'not measured'
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 1)
}

/** The figures as a Markdown table, which reads well in a terminal too. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ figure, value, bar, holds, rounds }) => {
    const spread = rounds.length > 1 ? `${digits(Math.min(...rounds))} to ${digits(Math.max(...rounds))}` : ''
    return [figure, digits(value), spread, bar, holds ? 'holds' : 'DOES NOT HOLD']
  })
  const all = [['figure', 'median', 'rounds', 'bar', ''], ...rows]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(3, ...all.map((row) => (row[column] ?? '').length)))
  const line = (row: string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`
  const [heading = [], ...body] = all
  return [line(heading), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}

export const leftOutLines = (leftOut: readonly LeftOut[]): string =>
  leftOut.map(({ figures, why }) => `Left out: ${figures.join('; ')}. ${why}`).join('\n')
