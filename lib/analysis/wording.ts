const GROUPED = new Intl.NumberFormat('en-US')
const PERCENT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

/** 10000 -> "10,000" */
export const count = (value: number): string => GROUPED.format(value)
/** 0.125 -> "12.5 %" */
export const percent = (share: number): string => `${PERCENT.format(share * 100)} %`
