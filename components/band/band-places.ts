import { axisSpan, seqX, type TapeAxis } from '#components/tape/tape-axis.ts'
import { seqAt } from '#components/tape/tape-feed.ts'
import type { SampleLog } from '#lib/client/sample-log.ts'
import type { BandFacts } from './band-events.ts'
import type { BandScene } from './draw-band.ts'
import { rulerTimes } from './place-labels.ts'

/** A mark is a line: what a pointer has to hit is wider, CSS pixels to either side. */
const REACH = 7
const SECOND_US = 1_000_000
/** About one time on the ruler in so many CSS pixels. */
const TICK_EVERY = 130

/** What a click or the focus lands on: an event or a stretch, from x to x. */
export type BandTarget = { id: number; from: number; to: number }
export type PlacedBand = Omit<BandScene, 'width' | 'chosen' | 'colours'> & { targets: BandTarget[] }

const tickText = (seconds: number): string => (seconds === 0 ? '0 s' : `${seconds} s`)

/** Where everything of the band stands on the tape's axis: an event before the first sample that ended after it. */
export function placedBand(
  { events, stretches, outages }: BandFacts,
  log: SampleLog,
  axis: TapeAxis,
  { width, isRunning }: { width: number; isRunning: boolean },
): PlacedBand {
  const { left, right } = axisSpan(axis)
  const xAt = (us: number): number => seqX(seqAt(log, us), axis)
  const within = (x: number): number => Math.min(Math.max(x, left), Math.min(right, width))
  const placed = events.map((event) => ({ ...event, x: xAt(event.atUs) }))
  const bars = stretches.map((one, index) => ({
    ...one,
    from: seqX(one.stretch.fromSeq, axis),
    // The summary is up to a second behind the tape: the stretch that is still going on goes to its end.
    to: isRunning && index === stretches.length - 1 ? right : seqX(one.stretch.toSeq, axis),
  }))
  const timeOf = (seq: number): number => (log.has(seq) ? log.doneUs(seq) / SECOND_US : 0)
  const first = Math.max(log.firstSeq, axis.view.from * axis.perColumn)
  const last = Math.max(first, Math.min(log.nextSeq, axis.view.to * axis.perColumn) - 1)
  const fromS = first === 0 ? 0 : timeOf(first)
  return {
    ...{ left, right: Math.min(right, width), events: placed, stretches: bars },
    outages: outages.map(({ backend, fromUs, toUs }) => ({
      ...{ backend, from: xAt(fromUs), to: toUs === null ? right : xAt(toUs) },
    })),
    ticks: rulerTimes(fromS, timeOf(last), Math.max(2, (right - left) / TICK_EVERY)).map((seconds) => ({
      ...{ x: xAt(seconds * SECOND_US), text: tickText(seconds) },
    })),
    targets: [
      ...bars.map(({ id, from, to }) => ({ id, from: within(from), to: Math.max(within(to), within(from) + REACH) })),
      ...placed.map(({ id, x }) => ({ id, from: within(x) - REACH, to: within(x) + REACH })),
    ],
  }
}
