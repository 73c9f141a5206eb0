import { Dialog as Primitive } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'

type DialogProps = { title: string; open: boolean; onOpenChange: (open: boolean) => void; children: ReactNode }

/** A modal sheet with a title and a way out; focus goes in and comes back. */
export function Dialog({ title, open, onOpenChange, children }: DialogProps) {
  return (
    <Primitive.Root onOpenChange={onOpenChange} open={open}>
      <Primitive.Portal>
        <Primitive.Backdrop className="fixed inset-0 z-40 bg-[#0009]" />
        <Primitive.Popup className="fixed inset-x-3 top-[8vh] z-50 mx-auto flex max-h-[84vh] max-w-2xl flex-col rounded-panel border border-edge bg-panel text-sm text-text shadow-2xl">
          <div className="flex items-center justify-between border-line border-b px-5 py-3">
            <Primitive.Title className="font-semibold text-base">{title}</Primitive.Title>
            <Primitive.Close aria-label="Close" render={<Button look="icon" />}>
              <X aria-hidden="true" size={14} />
            </Primitive.Close>
          </div>
          <div className="overflow-y-auto px-5 py-4">{children}</div>
        </Primitive.Popup>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
