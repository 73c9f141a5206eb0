import { Popover as Primitive } from '@base-ui/react/popover'
import type { ReactElement, ReactNode, RefObject } from 'react'

type PopoverProps = {
  title: string
  trigger: ReactElement
  children: ReactNode
  side?: 'bottom' | 'left'
  open?: boolean
  onOpenChange?: (open: boolean) => void
  /** What it stands beside, if not its trigger. */
  anchor?: RefObject<Element | null>
}

/** A small panel at its trigger. The title names it, seen or not. */
export function Popover({ title, trigger, children, side = 'bottom', open, onOpenChange, anchor }: PopoverProps) {
  const control = open === undefined ? {} : { open }
  return (
    <Primitive.Root {...control} {...(onOpenChange && { onOpenChange })}>
      <Primitive.Trigger render={trigger} />
      <Primitive.Portal>
        <Primitive.Positioner
          align="start"
          {...(anchor && { anchor })}
          className="z-30"
          collisionPadding={12}
          side={side}
          sideOffset={8}
        >
          <Primitive.Popup className="w-80 max-w-[calc(100vw-1.5rem)] rounded-panel border border-edge bg-panel p-4 text-sm text-text shadow-xl">
            <Primitive.Title className="mb-2 font-semibold">{title}</Primitive.Title>
            {children}
          </Primitive.Popup>
        </Primitive.Positioner>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
