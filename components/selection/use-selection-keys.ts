'use client'

import { backendWith } from '#components/backends/numbers.ts'
import { usePage, useSelect } from '#lib/client/use-page.ts'
import { useSelection, useToggleSelection, useWalkRequests } from './use-selection.ts'

/** What the keys do that select. `cancelBurst`: the last step back, when nothing is selected any more. */
export function useSelectionKeys(cancelBurst: () => void) {
  const selection = useSelection()
  const select = useSelect()
  const toggle = useToggleSelection()
  const walk = useWalkRequests()
  const cluster = usePage((state) => state.cluster)
  const source = usePage((state) => state.shown.source)
  const backends = usePage((state) => state.shown.backends)
  return {
    door: () => toggle({ kind: 'front-door' }),
    /** `key`: a digit, the backend's number. */
    backend: (key: string) => {
      const backend = backendWith(Number(key), { cluster, shown: { source, backends } })
      if (backend !== null) toggle({ kind: 'backend', backend })
    },
    earlier: () => walk(-1),
    later: () => walk(1),
    back: () => (selection === null ? cancelBurst() : select(null)),
  }
}
