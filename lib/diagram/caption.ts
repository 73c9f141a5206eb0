import { FLIGHT_MS } from './flight.ts'

const GROUPED = new Intl.NumberFormat('en-US')

/** 307 -> 300: a factor that is only about so much. */
const oneDigit = (value: number): number => {
  const ten = 10 ** Math.floor(Math.log10(value))
  return Math.round(value / ten) * ten
}

function pace(latencyMs: number | null): string {
  if (latencyMs === null || latencyMs <= 0) return `its flight, drawn after the answer, lasts ${FLIGHT_MS / 1000} s`
  const factor = FLIGHT_MS / latencyMs
  if (factor >= 1.5) return `shown about ${GROUPED.format(oneDigit(factor))} times slower than it was`
  return factor > 0.67
    ? 'shown about as fast as it was'
    : `shown about ${oneDigit(1 / factor)} times faster than it was`
}

export type CaptionParts = {
  /** How many requests a plain dot stands for. */
  perDot: number
  /** The median latency of the burst; null: not known yet. */
  latencyMs: number | null
  isReducedMotion: boolean
}

/** What the dots mean: printed under the diagram. */
export function captionOf({ perDot, latencyMs, isReducedMotion }: CaptionParts): string {
  if (isReducedMotion) return 'No flights, as your system asks: the backend that answered last is marked'
  if (perDot === 1) return `1 dot = 1 request, ${pace(latencyMs)}`
  const slower = pace(latencyMs).replace('it was', 'they were')
  return `1 dot = ${GROUPED.format(perDot)} requests, ${slower}; failed and rescued ones are drawn alone`
}
