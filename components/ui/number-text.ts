import { groupDigits } from './figures.ts'

const UNITS = { k: 1_000, m: 1_000_000 } as const
/** `1,000`, `1 000`, `1_000.5`: every separator stands before exactly three digits. */
const GROUPED = /^([1-9]\d{0,2}(?:[\s,_]\d{3})+(?:\.\d+)?)\s*([km])?$/i
/** `1000`, `.5`, and a comma where many people write the decimal point: `0,5`, `1,25`. `1,0000` might mean anything. */
const PLAIN = /^(\d+|\d*\.\d+|\d+,\d{1,2}|0,\d+)\s*([km])?$/i

/** Numbers as people write them: `1000`, `1,000`, `1 000`, `10k`, `1m`, `0.5`, `0,5`. Null when it is none. */
export function parseNumber(text: string): number | null {
  const [, grouped, groupedUnit] = GROUPED.exec(text.trim()) ?? []
  const [, plain, plainUnit] = PLAIN.exec(text.trim()) ?? []
  const digits = grouped?.replaceAll(/[\s,_]/g, '') ?? plain?.replace(',', '.')
  if (digits === undefined) return null
  const unit = (groupedUnit ?? plainUnit)?.toLowerCase() as keyof typeof UNITS | undefined
  // 0.1 + 0.2 and the like: no field here is finer than a thousandth.
  return Math.round(Number(digits) * (unit ? UNITS[unit] : 1) * 1_000) / 1_000
}

export type Bounds = { min: number; max: number; whole: boolean }

/** The number within its bounds, or a sentence that says what is asked for. */
export function readNumber(text: string, { min, max, whole }: Bounds): number | string {
  const value = parseNumber(text)
  const fits = value !== null && value >= min && value <= max && (!whole || Number.isInteger(value))
  return fits ? value : `A ${whole ? 'whole ' : ''}number from ${groupDigits(min)} to ${groupDigits(max)}.`
}
