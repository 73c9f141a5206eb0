/** One figure of an issue: what was promised, what was measured, and whether the promise holds. */
export type Row = { figure: string; bar: string; value: string | number; holds: boolean; note?: string }

/** A part of `npm run verify`. It says what it does while it does it, closes what it opened, and throws only when it cannot measure. */
export type Part = { title: string; measure: (say: (line: string) => void) => Promise<Row[]> }

export const exactly = (figure: string, wanted: number, value: number, note?: string): Row =>
  row(figure, `${wanted}`, value, value === wanted, note)

export const atMost = (figure: string, most: number, value: number, unit = '', note?: string): Row =>
  row(figure, `<= ${most}${unit && ` ${unit}`}`, Math.round(value * 100) / 100, value <= most, note)

export const atLeast = (figure: string, least: number, value: number, unit = '', note?: string): Row =>
  row(figure, `>= ${least}${unit && ` ${unit}`}`, Math.round(value * 100) / 100, value >= least, note)

const row = (figure: string, bar: string, value: number, holds: boolean, note?: string): Row => ({
  ...{ figure, bar, value, holds },
  // A folder of this machine's says nothing to others.
  ...(note === undefined ? {} : { note: note.replace(/(unix:\/\/)?\/tmp\/[^\s)]+/g, 'a temporary path') }),
})

/** A figure that this machine cannot give, with the reason. It does not hold. */
export const notMeasured = (figure: string, reason: string): Row => ({
  ...{ figure, bar: '-', value: 'not measured', holds: false, note: reason },
})

export const medianOf = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** "median 412 ms (398 to 530)" */
export const spanOf = (values: number[], unit: string): string =>
  `median ${medianOf(values).toFixed(0)} ${unit} (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`
