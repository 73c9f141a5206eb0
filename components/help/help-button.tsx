'use client'

import { CircleHelp } from 'lucide-react'
import { Button } from '#components/ui/button.tsx'

export function HelpButton({ onHelp }: { onHelp: () => void }) {
  return (
    <Button aria-keyshortcuts="?" aria-label="Help" look="icon" onClick={onHelp}>
      <CircleHelp aria-hidden="true" size={14} />
    </Button>
  )
}
