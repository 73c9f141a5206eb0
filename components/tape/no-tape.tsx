'use client'

import { Button } from '#components/ui/button.tsx'
import { usePage } from '#lib/client/use-page.ts'

/** Before the first burst: what will stand here, and the one thing to do. Nothing is sent unasked. */
export function NoTape({ onSend }: { onSend: () => void }) {
  const link = usePage((state) => state.link.state)
  if (link === 'connecting')
    return <p className="grid flex-1 place-items-center text-muted">Asking for the last burst.</p>
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-3 text-center text-muted">
      <p>No burst yet. Each request will stand here, in the lane of the backend that answers it.</p>
      {link === 'live' && <Button onClick={onSend}>Send the burst</Button>}
    </div>
  )
}
