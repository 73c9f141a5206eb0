'use client'

import { Pause, Play, StepBack, StepForward } from 'lucide-react'
import { Button } from '#components/ui/button.tsx'
import { formatMs, formatSinceStart } from '#components/ui/figures.ts'
import { Kbd } from '#components/ui/kbd.tsx'
import type { PageState } from '#lib/client/page-state.ts'
import { useCommands, usePage } from '#lib/client/use-page.ts'
import { shownText } from './run-text.ts'

const SPEEDS = [0.25, 1, 4, 16, 64] as const

/** Where a replay stands; at its end while the run is shown as it ended. */
const positionOf = ({ shown: { playing, live } }: PageState) =>
  playing ?? { speed: null, atUs: live.elapsedUs, endUs: live.elapsedUs, isPaused: true }

/** While another run than the live one is shown: which, the way back, and how it plays. Nothing while the live one is. */
export function Player() {
  const burst = usePage((state) => state.shown.burst)
  const source = usePage((state) => state.shown.source)
  const { showLive } = useCommands()
  if (burst === null || source === 'live') return null
  return (
    <div className="shrink-0 border-line border-t px-4 py-2.5" data-testid="player">
      <div className="flex items-center justify-between gap-3">
        <h3 className="min-w-0 truncate font-semibold text-xs">{shownText(burst, source)}</h3>
        <Button aria-keyshortcuts="l" onClick={showLive}>
          Back to live <Kbd>L</Kbd>
        </Button>
      </div>
      <Controls />
    </div>
  )
}

function Controls() {
  const { speed, atUs, endUs, isPaused } = usePage(positionOf)
  const { play, pause, step, seek, setSpeed } = useCommands()
  // A run of some milliseconds is not over at once.
  const format = (us: number) => (endUs < 1_000_000 ? formatMs(us / 1_000) : formatSinceStart(us))
  const text = `${format(atUs)} of ${format(endUs)}`
  return (
    <div className="mt-2 grid gap-2">
      <input
        aria-label="Position"
        aria-valuetext={text}
        className="h-4 w-full accent-text"
        max={Math.max(1, endUs)}
        min={0}
        onChange={(event) => seek(Number(event.target.value))}
        step="any"
        type="range"
        value={Math.min(atUs, endUs)}
      />
      <div className="flex flex-wrap items-center gap-1.5">
        <Button aria-label="One answer back" look="icon" onClick={() => step(-1)}>
          <StepBack aria-hidden="true" size={13} />
        </Button>
        <Button aria-label={isPaused ? 'Play' : 'Pause'} look="icon" onClick={isPaused ? play : pause}>
          {isPaused ? <Play aria-hidden="true" size={13} /> : <Pause aria-hidden="true" size={13} />}
        </Button>
        <Button aria-label="One answer on" look="icon" onClick={() => step(1)}>
          <StepForward aria-hidden="true" size={13} />
        </Button>
        <span className="num ml-1 text-2xs text-muted">{text}</span>
        <select
          aria-label="Speed"
          className="target num ml-auto rounded-md border border-edge bg-raise px-1 text-text"
          onChange={(event) => setSpeed(Number(event.target.value))}
          value={speed ?? ''}
        >
          {speed === null && <option value="">–</option>}
          {SPEEDS.map((one) => (
            <option key={one} value={one}>
              {one}×
            </option>
          ))}
        </select>
      </div>
    </div>
  )
}
