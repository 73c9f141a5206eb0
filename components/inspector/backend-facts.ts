import { type BackendFacts, shareText } from '#components/diagram/backend-text.ts'
import { clockTime, formatMs, groupDigits } from '#components/ui/figures.ts'
import type { Action, BackendKey } from '#lib/protocol/model.ts'
import type { FigureFact } from './facts.tsx'

const BEGINNINGS: Partial<Record<Action['kind'], string>> = {
  joined: 'In the list since',
  back: 'Running again since',
  down: 'Down since',
  paused: 'Paused since',
  left: 'Out of the list since',
}

/** What happened to a backend last, and when; null where no action that is kept tells. */
export function sinceOf(backend: BackendKey, actions: readonly Action[]): { name: string; at: string } | null {
  const last = actions.findLast((action) => action.backend === backend && BEGINNINGS[action.kind] !== undefined)
  return last ? { name: BEGINNINGS[last.kind] ?? '', at: clockTime(last.at) } : null
}

type Measured = Pick<BackendFacts, 'answered' | 'errors' | 'rescuedFrom' | 'share' | 'expectedShare' | 'latencyMs'>

/** What a backend did in the run that is shown. `inFlight`: of all requests; which backend has them is a prediction. */
export function backendFigures(facts: Measured, inFlight: number): FigureFact[] {
  const { answered, errors, rescuedFrom, share, expectedShare, latencyMs } = facts
  return [
    {
      name: 'answered',
      value: groupDigits(answered),
      note: errors > 0 ? `${groupDigits(errors)} with an error` : null,
    },
    {
      ...{ name: 'share', value: share === null ? '–' : shareText(share) },
      note: expectedShare === null ? null : `${shareText(expectedShare)} expected`,
    },
    expectedShare === null
      ? { name: 'in flight', value: inFlight === 0 ? '0' : '–', note: null }
      : {
          ...{ name: 'in flight', value: groupDigits(Math.round(inFlight * expectedShare)) },
          note: inFlight === 0 ? null : 'predicted from its share',
        },
    { name: 'p50', value: latencyMs ? formatMs(latencyMs.p50) : '–', note: null },
    { name: 'p95', value: latencyMs ? formatMs(latencyMs.p95) : '–', note: null },
    { name: 'rescued from it', value: groupDigits(rescuedFrom), note: null },
  ]
}
