'use client'

import { useBackendNumbers } from '#components/backends/numbers.ts'
import { useSelect } from '#lib/client/use-page.ts'
import { useSelection, useToggleSelection, useWalkRequests } from './use-selection.ts'

/** What the keys do that select. `cancelBurst`: the last step back, when nothing is selected any more. */
export function useSelectionKeys(cancelBurst: () => void) {
  const selection = useSelection()
  const select = useSelect()
  const toggle = useToggleSelection()
  const walk = useWalkRequests()
  const numbers = useBackendNumbers()
  return {
    door: () => toggle({ kind: 'front-door' }),
    /** `key`: a digit, the backend's number. */
    backend: (key: string) => {
      const found = [...numbers].find(([, number]) => number === Number(key))
      if (found) toggle({ kind: 'backend', backend: found[0] })
    },
    earlier: () => walk(-1),
    later: () => walk(1),
    back: () => (selection === null ? cancelBurst() : select(null)),
  }
}
