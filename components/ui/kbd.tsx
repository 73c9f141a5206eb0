import type { ReactNode } from 'react'

/** A key's cap beside the control that it works. The control's name does not change by it. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <span aria-hidden="true" className="hidden wide:inline">
      {/* Within a line of its own: a link that is a flex box underlines its items, but no inline block in them. */}
      <span className="num inline-block rounded border border-current/60 px-1.5 text-2xs leading-4">{children}</span>
    </span>
  )
}
