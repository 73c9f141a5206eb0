/** The intended starts of an open load: every `1 / rate`, whatever the answers do. Pure; times in microseconds. */
type Segment = {
  firstOrder: number
  startUs: number
  periodUs: number
  /** When the last request before this segment was due. */
  previousUs: number
}

const periodUs = (ratePerSecond: number): number => 1e6 / ratePerSecond

export class Pacer {
  #segments: Segment[]

  constructor(ratePerSecond: number, startUs: number, firstOrder = 0) {
    const previousUs = Number.NEGATIVE_INFINITY
    this.#segments = [{ firstOrder, startUs, periodUs: periodUs(ratePerSecond), previousUs }]
  }

  /** When request number `order` is to start. Orders are asked for in ascending order. */
  intendedUs(order: number): number {
    while (this.#segments.length > 1 && order >= (this.#segments[1] as Segment).firstOrder) this.#segments.shift()
    const segment = this.#segments[0] as Segment
    return segment.startUs + (order - segment.firstOrder) * segment.periodUs
  }

  /** Another rate for all that is due after `nowUs`; what was due before keeps its time. */
  change(ratePerSecond: number, nowUs: number): void {
    const last = this.#segments[this.#segments.length - 1] as Segment
    const due = Math.max(0, Math.floor((nowUs - last.startUs) / last.periodUs) + 1)
    const previousUs = due === 0 ? last.previousUs : last.startUs + (due - 1) * last.periodUs
    const period = periodUs(ratePerSecond)
    if (due === 0) this.#segments.pop()
    this.#segments.push({
      firstOrder: last.firstOrder + due,
      startUs: Math.max(nowUs, previousUs + period),
      periodUs: period,
      previousUs,
    })
  }
}
