'use client'

import { cx } from '#components/ui/class-names.ts'
import { hueOf } from '#lib/client/hues.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { type BackendNumbers, nameOf } from './numbers.ts'

// Whole names, so that Tailwind finds them.
const HUE_CLASSES: Record<string, string> = {
  '--backend-1': 'text-(--backend-1)',
  '--backend-2': 'text-(--backend-2)',
  '--backend-3': 'text-(--backend-3)',
  '--backend-4': 'text-(--backend-4)',
  '--backend-5': 'text-(--backend-5)',
  '--backend-6': 'text-(--backend-6)',
  '--backend-7': 'text-(--backend-7)',
  '--backend-8': 'text-(--backend-8)',
}

/** Hue, number and name of a backend in running text. The hue is by class: no style attribute may come from the server. */
export function BackendMark({ backend, numbers }: { backend: BackendKey; numbers: BackendNumbers }) {
  const number = numbers.get(backend)
  const hue = hueOf(number ?? 1)
  return (
    <span className="inline-flex items-center gap-2">
      <span
        aria-hidden="true"
        className={cx(
          'inline-block h-3 w-1.5 rounded-xs',
          number === undefined ? 'text-muted' : HUE_CLASSES[hue.variable],
          hue.striped ? 'bg-[repeating-linear-gradient(135deg,currentColor_0_2px,transparent_2px_4px)]' : 'bg-current',
        )}
      />
      <span>{nameOf(backend, numbers, 'whole')}</span>
    </span>
  )
}
