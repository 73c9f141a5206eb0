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

type BackendHueProps = { backend: BackendKey; numbers: BackendNumbers; isTall?: boolean }

/** The hue alone, beside a name. It is set by class: no style attribute may come from the server. */
export function BackendHue({ backend, numbers, isTall = false }: BackendHueProps) {
  const number = numbers.get(backend)
  const hue = hueOf(number ?? 1)
  return (
    <span
      aria-hidden="true"
      className={cx(
        'inline-block w-1.5 shrink-0 rounded-xs',
        isTall ? 'h-8' : 'h-3',
        number === undefined ? 'text-muted' : HUE_CLASSES[hue.variable],
        hue.striped ? 'bg-[repeating-linear-gradient(135deg,currentColor_0_2px,transparent_2px_4px)]' : 'bg-current',
      )}
    />
  )
}

/** Hue, number and name of a backend in running text. */
export function BackendMark({ backend, numbers }: { backend: BackendKey; numbers: BackendNumbers }) {
  return (
    <span className="inline-flex items-center gap-2">
      <BackendHue backend={backend} numbers={numbers} />
      <span>{nameOf(backend, numbers, 'whole')}</span>
    </span>
  )
}
