import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '#components/ui/button.tsx'
import { Kbd } from '#components/ui/kbd.tsx'

type InspectorHeadProps = {
  id: string
  title: ReactNode
  subtitle: ReactNode
  /** Beside the title: a hue, buttons to the neighbours. */
  mark?: ReactNode
  aside?: ReactNode
  onClose: () => void
}

/** What is selected, and the way out. */
export function InspectorHead({ id, title, subtitle, mark, aside, onClose }: InspectorHeadProps) {
  return (
    <div className="flex shrink-0 items-center gap-3 border-line border-b px-4 py-2">
      {mark}
      <div className="min-w-0 flex-1">
        <h2 className="truncate font-semibold text-base" id={id}>
          {title}
        </h2>
        <p className="break-words text-muted text-xs">{subtitle}</p>
      </div>
      {aside}
      <span className="flex shrink-0 items-center gap-1 text-muted">
        <button
          aria-keyshortcuts="Escape"
          aria-label="Close"
          className="target grid size-7 place-items-center rounded-full hover:bg-raise"
          onClick={onClose}
          type="button"
        >
          <X aria-hidden="true" size={15} />
        </button>
        <Kbd>Esc</Kbd>
      </span>
    </div>
  )
}

/** A round button in the head. */
export function HeadButton({ label, onPress, children }: { label: string; onPress: () => void; children: ReactNode }) {
  return (
    <Button aria-label={label} look="icon" onClick={onPress}>
      {children}
    </Button>
  )
}
