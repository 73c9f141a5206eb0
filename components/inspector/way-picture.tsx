'use client'

import { useRef } from 'react'
import { useBackendNumbers } from '#components/backends/numbers.ts'
import { useBoxSize } from '#components/canvas/use-box-size.ts'
import { attemptedAt } from '#components/samples/sample-text.ts'
import { hueOf } from '#lib/client/hues.ts'
import type { Sample } from '#lib/protocol/model.ts'
import { reasonOfAttempt, type Way, type WayAttempt } from './request-way.ts'

const LABELS = 72
const RIGHT = 10
const TOP = 18
const ROW = 28
const BAR = 12
/** About one time on the ruler in so many CSS pixels. */
const TICK_EVERY = 64

/** Round steps of the ruler, milliseconds. */
const stepFor = (spanMs: number, ticks: number): number => {
  const rough = spanMs / Math.max(1, ticks)
  const ten = 10 ** Math.floor(Math.log10(rough))
  return [1, 2, 5, 10].map((digit) => digit * ten).find((step) => step >= rough) ?? rough
}

/** The way of one request to scale: a line for you, a bar for each attempt. The same stands beside it in words. */
export function WayPicture({ way, sample }: { way: Way; sample: Sample }) {
  const box = useRef<HTMLDivElement>(null)
  const width = useBoxSize(box)?.width ?? 0
  const rows = 1 + way.attempts.length
  const height = TOP + rows * ROW
  const spanMs = Math.max(way.doneUs / 1_000, 0.001)
  const scale = (width - LABELS - RIGHT) / spanMs
  const x = (us: number): number => LABELS + (us / 1_000) * scale
  const step = stepFor(spanMs, (width - LABELS - RIGHT) / TICK_EVERY)
  const ticks = Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, index) => index * step)
  return (
    <div className="w-full" ref={box}>
      <svg aria-hidden="true" className="block" height={height} width={width}>
        {width > LABELS &&
          ticks.map((ms, index) => (
            <g key={ms}>
              <line stroke="var(--line)" x1={x(ms * 1_000)} x2={x(ms * 1_000)} y1={TOP} y2={height} />
              <text
                className="num text-2xs"
                fill="var(--text-muted)"
                textAnchor={index === 0 ? 'start' : x(ms * 1_000) > width - 3 * RIGHT ? 'end' : 'middle'}
                x={x(ms * 1_000)}
                y={11}
              >
                {tickText(ms, index === ticks.length - 1)}
              </text>
            </g>
          ))}
        {width > LABELS && <You doneX={x(way.doneUs)} sentX={x(way.sentUs)} dueX={x(0)} isFailed={isFailed(sample)} />}
        {width > LABELS &&
          way.attempts.map((one, index) => (
            <AttemptBar
              from={x(one.fromUs)}
              key={`${one.fromUs} ${one.attempt.address}`}
              one={one}
              right={width - RIGHT}
              to={x(one.toUs)}
              y={TOP + (index + 1) * ROW}
            />
          ))}
      </svg>
    </div>
  )
}

const isFailed = ({ outcome }: Sample): boolean => outcome === 'failed' || outcome === 'timedOut'

const tickText = (ms: number, isLast: boolean): string => `${Number(ms.toPrecision(3))}${isLast ? ' ms' : ''}`

function You({ dueX, sentX, doneX, isFailed }: { dueX: number; sentX: number; doneX: number; isFailed: boolean }) {
  const y = TOP + ROW / 2
  return (
    <>
      <text className="num text-xs" fill="var(--text)" x={0} y={y + 4}>
        you
      </text>
      <line stroke="var(--text-muted)" strokeDasharray="2 3" x1={dueX} x2={sentX} y1={y} y2={y} />
      <line stroke="var(--text-muted)" strokeWidth={2} x1={sentX} x2={doneX} y1={y} y2={y} />
      <circle cx={dueX} cy={y} fill="var(--panel)" r={3.5} stroke="var(--text-muted)" strokeWidth={1.5} />
      <circle cx={sentX} cy={y} fill="var(--text-muted)" r={3.5} />
      {isFailed ? <Cross x={doneX} y={y} /> : <circle cx={doneX} cy={y} fill="var(--text-muted)" r={3.5} />}
    </>
  )
}

type AttemptBarProps = { one: WayAttempt; from: number; to: number; y: number; right: number }

function AttemptBar({ one, from, to, y, right }: AttemptBarProps) {
  const numbers = useBackendNumbers()
  const { backend, status } = one.attempt
  const number = backend === null ? undefined : numbers.get(backend)
  const hue = number === undefined ? 'var(--text-muted)' : hueOf(number).css
  const top = y + (ROW - BAR) / 2
  const text = one.isAnswer ? `${status ?? ''} ${one.took ?? ''}`.trim() : reasonOfAttempt(one)
  const beside = right - to > text.length * 6.2 + 10
  return (
    <>
      <text className="num text-xs" fill="var(--text)" x={0} y={y + ROW / 2 + 4}>
        {attemptedAt(one.attempt, numbers, 'short')}
      </text>
      <rect
        fill={one.isAnswer ? hue : 'none'}
        height={BAR}
        rx={2}
        stroke={hue}
        strokeWidth={1.5}
        width={Math.max(2, to - from)}
        x={from}
        y={top}
      />
      {!one.isAnswer && <Cross x={Math.max(to, from + 2)} y={y + ROW / 2} />}
      {beside && (
        <text className="text-2xs" fill="var(--text-muted)" x={to + 10} y={y + ROW / 2 + 4}>
          {text}
        </text>
      )}
    </>
  )
}

function Cross({ x, y }: { x: number; y: number }) {
  return (
    <path
      d={`M${x - 4} ${y - 4}L${x + 4} ${y + 4}M${x + 4} ${y - 4}L${x - 4} ${y + 4}`}
      stroke="var(--status-failed)"
      strokeWidth={2}
    />
  )
}
