'use client'

import { useEffect, useId, useRef } from 'react'
import { BurstActions } from '#components/burst-form/burst-actions.tsx'
import { BurstForm } from '#components/burst-form/burst-form.tsx'
import type { BurstFormHandle } from '#components/burst-form/use-burst-form.ts'
import { EarlierRuns } from '#components/runs/earlier-runs.tsx'
import { Player } from '#components/runs/player.tsx'
import { useSelection } from '#components/selection/use-selection.ts'
import { PanelBoundary } from '#components/ui/panel-boundary.tsx'
import type { Selection } from '#lib/client/page-state.ts'
import { useSelect } from '#lib/client/use-page.ts'
import { BackendView } from './backend-view.tsx'
import { EventView } from './event-view.tsx'
import { FrontDoorView } from './front-door-view.tsx'
import { RequestView } from './request-view.tsx'
import { SelectHint } from './select-hint.tsx'

/** What each view gets: the id of its heading, which names the region, and the way back. */
export type ViewProps = { headId: string; onClose: () => void }

/**
 * The right column: what is selected, or the burst. The burst folds to its foot and never goes away. On a narrow screen what is selected
 * is a sheet from below that is no dialog: the page behind stays in use.
 */
export function Inspector({ form }: { form: BurstFormHandle }) {
  const selection = useSelection()
  const select = useSelect()
  const column = useRef<HTMLDivElement>(null)
  const headId = useId()
  const isChosen = selection !== null
  // The page behind the sheet can be scrolled out from under it.
  useEffect(() => {
    document.body.toggleAttribute('data-sheet', isChosen)
  }, [isChosen])
  const close = () => {
    select(null)
    column.current?.focus()
  }
  return (
    <div className="panel-inspector" ref={column} tabIndex={-1}>
      {selection === null ? (
        <BurstForm form={form}>
          <Player />
          <EarlierRuns />
          <SelectHint />
        </BurstForm>
      ) : (
        <section aria-labelledby={headId} className="inspector-sheet">
          <PanelBoundary key={JSON.stringify(selection)} name="The inspector">
            <SelectedView headId={headId} onClose={close} selection={selection} />
          </PanelBoundary>
          <Player />
          <div className="shrink-0 border-line border-t px-4 py-3">
            <BurstActions form={form} isFolded />
          </div>
        </section>
      )}
    </div>
  )
}

function SelectedView({ selection, ...view }: ViewProps & { selection: Exclude<Selection, null> }) {
  switch (selection.kind) {
    case 'front-door':
      return <FrontDoorView {...view} />
    case 'backend':
      return <BackendView {...view} backend={selection.backend} />
    case 'request':
      return <RequestView {...view} seq={selection.seq} />
    case 'event':
      return <EventView {...view} id={selection.id} />
  }
}
