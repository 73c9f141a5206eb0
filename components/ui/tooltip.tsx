import { Tooltip as Primitive } from '@base-ui/react/tooltip'
import type { ReactElement } from 'react'

/** A few words more on hover and focus. Never the only place where something is said. */
export function Tooltip({ text, children }: { text: string; children: ReactElement }) {
  return (
    <Primitive.Root>
      <Primitive.Trigger render={children} />
      <Primitive.Portal>
        <Primitive.Positioner className="z-50" collisionPadding={8} sideOffset={6}>
          <Primitive.Popup className="max-w-64 rounded-md bg-act px-2 py-1 text-ink text-xs">{text}</Primitive.Popup>
        </Primitive.Positioner>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
