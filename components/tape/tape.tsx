'use client'

import { useMemo, useRef, useState } from 'react'
import { readColours } from '#components/charts/colours.ts'
import { useKnownNumbers } from '#components/charts/known-numbers.ts'
import { useBoxSize } from '#components/diagram/use-box-size.ts'
import { usePaintedTheme } from '#components/theme/use-theme.ts'
import { groupDigits } from '#components/ui/figures.ts'
import { settledOf } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'
import type { Burst } from '#lib/protocol/model.ts'
import { NoTape } from './no-tape.tsx'
import { TapeCanvas } from './tape-canvas.tsx'

export type TapeProps = {
  /** Sends the burst as the form has it: offered while nothing was sent yet. */
  onSend: () => void
}

/** One lane per backend and one for nobody; fills the box it is put in (give it a height). */
export function Tape({ onSend }: TapeProps) {
  const burst = usePage((state) => state.shown.burst)
  return burst ? <TapeRoll burst={burst} key={`${burst.id} ${burst.startedAt}`} /> : <NoTape onSend={onSend} />
}

const NO_BACKENDS: never[] = []

function TapeRoll({ burst }: { burst: Burst }) {
  const box = useRef<HTMLDivElement>(null)
  const size = useBoxSize(box)
  const backends = usePage((state) => state.cluster?.backends ?? NO_BACKENDS)
  const actions = usePage((state) => state.shown.actions)
  // The walk's bounds are said anew when more has come, four times a second.
  usePage((state) => settledOf(state.shown.live.totals))
  const numbers = useKnownNumbers()
  const theme = usePaintedTheme()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the document, which the theme changes.
  const colours = useMemo(() => (typeof document === 'undefined' ? null : readColours()), [theme])
  const [perColumn, setPerColumn] = useState(1)
  const [readout, setReadout] = useState('')

  return (
    <div className="flex h-full min-h-0 flex-1 flex-col">
      <div className="relative min-h-24 flex-1 overflow-hidden" ref={box}>
        {size && colours && (
          <TapeCanvas
            actions={actions}
            backends={backends}
            burst={burst}
            colours={colours}
            numbers={numbers}
            onPerColumn={setPerColumn}
            onReadout={setReadout}
            size={size}
          />
        )}
      </div>
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
