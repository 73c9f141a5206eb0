'use client'

import { Button } from '#components/ui/button.tsx'
import { cx } from '#components/ui/class-names.ts'
import { Kbd } from '#components/ui/kbd.tsx'
import { usePage } from '#lib/client/use-page.ts'
import { BurstProgress } from './burst-progress.tsx'
import type { BurstFormHandle } from './use-burst-form.ts'

type BurstActionsProps = {
  form: BurstFormHandle
  /** The burst as one line: the one thing that can be done, and how far it is. Else Send stands above, as large as the form. */
  isFolded?: boolean
}

/** Send, Cancel and the progress. On a narrow screen they stay at hand at the bottom. */
export function BurstActions({ form, isFolded = false }: BurstActionsProps) {
  const isLive = usePage((state) => state.link.state === 'live')
  const hasBeenLive = usePage((state) => state.link.state !== 'connecting')
  const isRunning = form.running !== null
  const refusal = form.refusal ?? (isFolded ? (Object.values(form.errors).find((error) => error) ?? null) : null)
  const send = (
    <Button
      aria-disabled={isRunning || form.sending || !isLive}
      aria-keyshortcuts="b"
      className={isFolded ? 'px-3 py-1.5 text-sm max-wide:col-span-2' : 'wide:col-span-2'}
      look="primary"
      {...(isFolded ? { onClick: form.send } : { type: 'submit' })}
    >
      Send burst <Kbd>B</Kbd>
    </Button>
  )
  return (
    <div
      className={cx(
        'grid grid-cols-[1fr_auto] items-start gap-x-3 gap-y-2.5',
        !isFolded &&
          'mt-2.5 max-wide:fixed max-wide:inset-x-0 max-wide:bottom-0 max-wide:z-20 max-wide:border-line max-wide:border-t max-wide:bg-panel max-wide:p-3',
      )}
    >
      {!isFolded && send}
      {hasBeenLive && !isLive && (
        <p className="order-last col-span-2 text-muted text-xs">
          Not connected. Nothing can be sent until the page reconnects.
        </p>
      )}
      {refusal && (
        <p className="order-first col-span-2 text-failed text-xs" role="alert">
          {refusal}
        </p>
      )}
      <BurstProgress />
      {(!isFolded || isRunning) && (
        <Button
          aria-disabled={!isRunning || !isLive}
          aria-keyshortcuts="Escape"
          className={isFolded ? 'py-1.5 max-wide:col-span-2' : undefined}
          onClick={form.cancel}
        >
          Cancel {!isFolded && <Kbd>Esc</Kbd>}
        </Button>
      )}
      {isFolded && !isRunning && send}
    </div>
  )
}
