'use client'

import { Button } from '#components/ui/button.tsx'
import { usePage } from '#lib/client/use-page.ts'
import type { DiagramLayout } from '#lib/diagram/layout.ts'

type NoBackendProps = { layout: DiagramLayout; onAddBackend: (() => void) | undefined }

/** Where the backends would stand: what it means that there is none, and the one thing to do. */
export function NoBackend({ layout, onAddBackend }: NoBackendProps) {
  const isScaling = usePage((state) => state.cluster?.scaling ?? false)
  const canScale = usePage((state) => state.cluster?.can.scale ?? false)
  const place = layout.direction === 'across' ? 'inset-y-0 right-4 w-2/5' : 'inset-x-4 bottom-0 h-1/2'
  return (
    <div className={`absolute flex flex-col items-center justify-center gap-3 text-center text-muted ${place}`}>
      <p>
        {isScaling ? 'Starting backends…' : 'No backends. The front door answers every request itself, with an error.'}
      </p>
      {!isScaling && canScale && onAddBackend && <Button onClick={onAddBackend}>Add a backend</Button>}
    </div>
  )
}
