'use client'

import { useMemo, useRef, useState } from 'react'
import { useBackendNumbers } from '#components/backends/numbers.ts'
import { useColours } from '#components/canvas/colours.ts'
import { useBoxSize } from '#components/canvas/use-box-size.ts'
import { stalenessOf } from '#components/notices/stale-mark.tsx'
import { isDoorSelected, selectedBackend, useToggleSelection } from '#components/selection/use-selection.ts'
import { usePage } from '#lib/client/use-page.ts'
import { layoutDiagram, NARROW_BELOW, narrowHeight } from '#lib/diagram/layout.ts'
import { DiagramFoot } from './diagram-foot.tsx'
import { DiagramPicture } from './diagram-picture.tsx'
import { DotsCanvas, type DotsMeaning } from './dots-canvas.tsx'
import { NoBackend } from './no-backend.tsx'
import { useFacts } from './use-facts.ts'
import { useReducedMotion } from './use-media.ts'
import { useRovingFocus } from './use-roving-focus.ts'

export type ClusterDiagramProps = {
  /** Offered when there is no backend. */
  onAddBackend?: () => void
}

/** The whole diagram with its caption; fills the box it is put in, and grows where that is narrow. */
export function ClusterDiagram({ onAddBackend }: ClusterDiagramProps) {
  const box = useRef<HTMLDivElement>(null)
  const size = useBoxSize(box)
  const facts = useFacts()
  const door = usePage((state) => state.cluster?.frontDoor)
  const link = usePage((state) => state.link.state)
  const inFlight = usePage((state) => state.shown.live.totals.inFlight)
  const lastBackend = usePage((state) => state.shown.live.lastBackend)
  const latencyMs = usePage((state) => state.shown.burst?.latencyMs.fromSent?.p50 ?? null)
  const isStale = usePage((state) => stalenessOf(state, true) !== null)
  const isReducedMotion = useReducedMotion()
  const [meaning, setMeaning] = useState<DotsMeaning>({ perDot: 1, isMerging: false })
  const chosen = usePage(selectedBackend)
  const isDoorChosen = usePage(isDoorSelected)
  const toggle = useToggleSelection()

  // A snapshot comes often; who is in it changes rarely, and only that moves the nodes.
  const members = [...facts.keys()].join(' ')
  const layout = useMemo(() => {
    if (!size) return null
    const keys = members === '' ? [] : members.split(' ')
    const isNarrow = size.width < NARROW_BELOW
    return layoutDiagram(size.width, isNarrow ? narrowHeight(size.width, keys.length) : size.height, keys)
  }, [size, members])
  const focus = useRovingFocus(layout, (backend) => toggle({ kind: 'backend', backend }))
  const numbers = useBackendNumbers()
  const colours = useColours()
  const scene = useMemo(() => layout && colours && { layout, numbers, colours }, [layout, numbers, colours])

  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="relative min-h-48 flex-1" ref={box}>
        {layout && layout.direction === 'down' && (
          <svg aria-hidden="true" className="block" height={layout.height} width={1} />
        )}
        {layout && door && (
          <DiagramPicture
            chosen={chosen}
            door={door}
            facts={facts}
            focus={focus}
            inFlight={inFlight}
            isDoorChosen={isDoorChosen}
            isStale={isStale}
            lastBackend={isReducedMotion ? lastBackend : null}
            layout={layout}
            onSelect={toggle}
          />
        )}
        {scene && door && !isReducedMotion && <DotsCanvas onMeaning={setMeaning} scene={scene} />}
        {layout && door && facts.size === 0 && <NoBackend layout={layout} onAddBackend={onAddBackend} />}
        {!door && (
          <p className="absolute inset-0 grid place-items-center text-muted">
            {link === 'connecting' ? 'Loading the cluster…' : 'The cluster is unknown while the page is disconnected.'}
          </p>
        )}
      </div>
      {door && <DiagramFoot caption={{ ...meaning, latencyMs, isReducedMotion }} />}
    </div>
  )
}
