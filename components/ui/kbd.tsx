import type { ReactNode } from 'react'

/** A key's cap beside the control that it works. The control's name does not change by it. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <span
      aria-hidden="true"
      className="num hidden rounded border border-current/60 px-1.5 text-2xs leading-4 no-underline wide:inline-block"
    >
      {children}
    </span>
  )
}
