'use client'

import { useRef, useState } from 'react'
import { useBackendNumbers, useMembers } from '#components/backends/numbers.ts'
import { Band } from '#components/band/band.tsx'
import { useColours } from '#components/canvas/colours.ts'
import { useBoxSize } from '#components/canvas/use-box-size.ts'
import { selectedSeq } from '#components/selection/use-selection.ts'
import { Button } from '#components/ui/button.tsx'
import { groupDigits } from '#components/ui/figures.ts'
import { usePage, useSelect } from '#lib/client/use-page.ts'
import type { Burst } from '#lib/protocol/model.ts'
import { settledOf } from '#lib/protocol/model.ts'
import { createAxisSource } from './tape-axis.ts'
import { TapeCanvas } from './tape-canvas.tsx'

export type TapeProps = {
  /** Sends the burst as the form has it: offered while nothing was sent yet. */
  onSend: () => void
}

/** One lane per backend and one for nobody; fills the box it is put in (give it a height). */
export function Tape({ onSend }: TapeProps) {
  const burst = usePage((state) => state.shown.burst)
  const source = usePage((state) => state.shown.source)
  return burst ? (
    <TapeRoll burst={burst} key={`${source} ${burst.id} ${burst.startedAt}`} />
  ) : (
    <NoTape onSend={onSend} />
  )
}

/** Before the first burst: what will stand here, and the one thing to do. Nothing is sent unasked. */
function NoTape({ onSend }: { onSend: () => void }) {
  const link = usePage((state) => state.link.state)
  if (link === 'connecting') return <p className="grid flex-1 place-items-center text-muted">Loading the last burst…</p>
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-3 text-center text-muted">
      <p>No burst yet. Each request appears here, in the lane of the backend that answers it.</p>
      {link === 'live' && <Button onClick={onSend}>Send the burst</Button>}
    </div>
  )
}

function TapeRoll({ burst }: { burst: Burst }) {
  const box = useRef<HTMLDivElement>(null)
  const size = useBoxSize(box)
  const members = useMembers()
  const actions = usePage((state) => state.shown.actions)
  // The slider's bounds follow what has come, four times a second.
  usePage((state) => settledOf(state.shown.live.totals))
  const numbers = useBackendNumbers()
  const colours = useColours()
  const [perColumn, setPerColumn] = useState(1)
  const [readout, setReadout] = useState('')
  const [axis] = useState(createAxisSource)
  const cursor = usePage(selectedSeq)
  const select = useSelect()

  return (
    <div className="flex h-full min-h-0 flex-1 flex-col">
      <div className="relative min-h-24 flex-1 overflow-hidden" ref={box}>
        {size && colours && (
          <TapeCanvas
            actions={actions}
            axis={axis}
            burst={burst}
            colours={colours}
            cursor={cursor}
            members={members}
            numbers={numbers}
            onCursor={(seq) => select(seq === null ? null : { kind: 'request', seq })}
            onPerColumn={setPerColumn}
            onReadout={setReadout}
            size={size}
          />
        )}
      </div>
      <Band axis={axis} />
      <p className="flex min-h-[1.45em] gap-4 text-muted text-xs">
        <span className="shrink-0" data-testid="tape-scale">
          {perColumn === 1 ? '1 cell = 1 request' : `1 column = ${groupDigits(perColumn)} requests`}
        </span>
        <span className="num min-w-0 truncate text-text" data-testid="tape-readout" title={readout}>
          {readout}
        </span>
      </p>
    </div>
  )
}
