'use client'

import { Button } from '#components/ui/button.tsx'
import { verdictOf } from '#lib/analysis/verdict.ts'
import type { Shown } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'
import { failedInAll } from '#lib/protocol/model.ts'

export type VerdictLineProps = {
  /** Opens the table with failed and rescued requests only. */
  onShowFailures: () => void
}

const NO_ACTIONS: Shown['actions'] = []

/** The one sentence above the tape and its small print. */
export function VerdictLine({ onShowFailures }: VerdictLineProps) {
  const burst = usePage((state) => state.shown.burst)
  const live = usePage((state) => state.shown.live)
  const generations = usePage((state) => state.shown.generations)
  const backends = usePage((state) => state.shown.backends)
  const actions = usePage(({ shown: { live, actions } }) =>
    live.totals.rescued + failedInAll(live.totals) > 0 ? actions : NO_ACTIONS,
  )
  const isUnknown = usePage((state) => state.cluster === null)
  const isConnecting = usePage((state) => state.link.state === 'connecting')
  if (isUnknown)
    return (
      <p className="font-semibold text-lg text-muted">
        {isConnecting ? 'Connecting…' : 'No verdict without a connection.'}
      </p>
    )

  const { tone, sentence, note, showFailures } = verdictOf({
    burst,
    totals: live.totals,
    answeredBy: live.byBackend,
    generations,
    backends,
    actions,
  })
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1" data-testid="verdict" data-tone={tone}>
      <p className="font-semibold text-lg tracking-tight">
        {tone === 'good' && <span aria-hidden="true">✓ </span>}
        {tone === 'bad' && (
          <span aria-hidden="true" className="text-failed">
            ✕{' '}
          </span>
        )}
        {sentence}
      </p>
      {showFailures && (
        <Button look="link" onClick={onShowFailures}>
          Show them
        </Button>
      )}
      <p className="text-muted text-xs">{note}</p>
    </div>
  )
}
