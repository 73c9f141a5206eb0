'use client'

import type { Selection } from '#lib/client/page-state.ts'
import type { DiagramLayout } from '#lib/diagram/layout.ts'
import type { BackendKey, FrontDoorView } from '#lib/protocol/model.ts'
import { BackendNode, STRIPES_ID } from './backend-node.tsx'
import { type BackendFacts, detailsOf } from './backend-text.ts'
import { DoorNode, YouNode } from './door-nodes.tsx'
import { Edges } from './edges.tsx'
import type { RovingFocus } from './use-roving-focus.ts'

export type DiagramPictureProps = {
  layout: DiagramLayout
  facts: ReadonlyMap<BackendKey, BackendFacts>
  door: FrontDoorView
  inFlight: number
  /** Marked as the one that answered last, where nothing may fly; else null. */
  lastBackend: BackendKey | null
  /** The picture may be old. */
  isStale: boolean
  focus: RovingFocus
  /** The backend that is selected; null: another thing, or nothing. */
  chosen: BackendKey | null
  isDoorChosen: boolean
  onSelect: (thing: Exclude<Selection, null>) => void
}

/** Nodes and edges. Everything that is said in it is text or shape, and each backend can be reached by keyboard. */
export function DiagramPicture({ layout, facts, door, inFlight, lastBackend, isStale, ...reach }: DiagramPictureProps) {
  const { focus, chosen, isDoorChosen, onSelect } = reach
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a picture.
    <svg
      aria-label="Cluster diagram"
      className="absolute inset-0"
      height={layout.height}
      role="group"
      width={layout.width}
    >
      <defs>
        <pattern height={6} id={STRIPES_ID} patternTransform="rotate(45)" patternUnits="userSpaceOnUse" width={6}>
          <rect fill="var(--panel)" height={6} width={3} />
        </pattern>
      </defs>
      <Edges isStale={isStale} conditionOf={(backend) => facts.get(backend)?.condition} layout={layout} />
      <YouNode box={layout.you} inFlight={inFlight} />
      <DoorNode
        box={layout.door}
        door={door}
        isChosen={isDoorChosen}
        onSelect={() => onSelect({ kind: 'front-door' })}
      />
      {layout.backends.length > 0 && (
        <g aria-label="Backends" onKeyDown={focus.onKeyDown} role="toolbar" tabIndex={-1}>
          {layout.backends.map(({ backend, box }) => {
            const own = facts.get(backend)
            if (!own) return null
            return (
              // biome-ignore lint/a11y/useSemanticElements: there is no button element inside an SVG.
              <g
                aria-label={`backend ${own.backend.number}, ${backend}: ${detailsOf(own)}`}
                aria-pressed={chosen === backend}
                className="group cursor-pointer outline-none"
                data-backend={backend}
                key={backend}
                onBlur={focus.onBlur}
                onClick={() => onSelect({ kind: 'backend', backend })}
                onFocus={() => focus.onFocus(backend)}
                ref={(element) => focus.register(backend, element)}
                role="button"
                tabIndex={focus.tabStop === backend ? 0 : -1}
              >
                <BackendNode
                  box={box}
                  facts={own}
                  isChosen={chosen === backend}
                  isLast={lastBackend === backend}
                  isStale={isStale}
                  look={layout.look}
                />
              </g>
            )
          })}
        </g>
      )}
    </svg>
  )
}
