import { svgPath } from '#lib/diagram/edge-path.ts'
import type { DiagramLayout } from '#lib/diagram/layout.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import type { Condition } from './backend-text.ts'

const ASKED: ReadonlySet<Condition | undefined> = new Set(['up', 'paused', 'recorded'])

type EdgesProps = {
  layout: DiagramLayout
  conditionOf: (backend: BackendKey) => Condition | undefined
  isStale: boolean
}

/** The front door asks over a whole line, and does not over a dotted one. */
export function Edges({ layout, conditionOf, isStale }: EdgesProps) {
  const frame = { fill: 'none', stroke: 'var(--line)', strokeWidth: 2 }
  return (
    <g opacity={isStale ? 0.5 : 1}>
      <path {...frame} d={svgPath(layout.approach)} />
      {layout.trunk && <path {...frame} d={svgPath(layout.trunk)} strokeWidth={3} />}
      {!layout.trunk &&
        layout.backends.map(({ backend, path }) => (
          <path
            {...frame}
            d={svgPath(path)}
            key={backend}
            strokeDasharray={ASKED.has(conditionOf(backend)) ? undefined : '3 5'}
          />
        ))}
    </g>
  )
}
