'use client'

import { BackendHue } from '#components/backends/backend-mark.tsx'
import { useBackendNumbers } from '#components/backends/numbers.ts'
import { conditionText, factsOf } from '#components/diagram/backend-text.ts'
import { useFacts } from '#components/diagram/use-facts.ts'
import { usePage } from '#lib/client/use-page.ts'
import type { Backend, BackendKey } from '#lib/protocol/model.ts'
import { backendFigures, sinceOf } from './backend-facts.ts'
import { Body, type Fact, Facts, FigureGrid, Part } from './facts.tsx'
import type { ViewProps } from './inspector.tsx'
import { InspectorHead } from './inspector-head.tsx'
import { useOwnCount } from './use-own-count.ts'

/** One backend: what it is, and what it did in the run that is shown. It may be gone by now; the run still knows it. */
export function BackendView({ headId, onClose, backend }: ViewProps & { backend: BackendKey }) {
  const now = useFacts().get(backend)
  const known = usePage((state) => state.shown.backends.get(backend))
  const counts = usePage((state) => state.shown.live.byBackend[backend])
  const answeredInAll = usePage((state) => state.shown.live.totals.answered)
  const inFlight = usePage((state) => state.shown.live.totals.inFlight)
  const measured = usePage((state) => state.shown.burst?.byBackend)?.find((share) => share.backend === backend)
  const hasRun = usePage((state) => state.shown.burst !== null)
  const actions = usePage((state) => state.shown.actions)
  const numbers = useBackendNumbers()
  const isPresent = usePage((state) => state.shown.source === 'live') && now !== undefined
  const ownCount = useOwnCount(isPresent ? backend : null)
  const since = sinceOf(backend, actions)
  const address = now?.backend.address ?? known?.address ?? null
  const facts: Fact[] = [
    ...(known && known.name !== backend ? [{ name: 'Name', value: known.name, isTyped: true }] : []),
    { name: 'Address', value: address ?? 'not known', isTyped: address !== null },
    ...(known?.node ? [{ name: 'Machine', value: known.node, isTyped: true }] : []),
    ...(now ? [{ name: 'Weight', value: String(now.backend.weight), isTyped: true }] : []),
    ...(isPresent ? [{ name: 'Own count', value: ownCount ?? 'asking the backend' }] : []),
    ...(since ? [{ name: since.name, value: since.at, isTyped: true }] : []),
  ]
  const figures = backendFigures(
    now ?? factsOf({ backend: GONE, counts, answeredInAll, measured, nowMs: null }),
    inFlight,
  )
  return (
    <>
      <InspectorHead
        id={headId}
        mark={<BackendHue backend={backend} isTall numbers={numbers} />}
        onClose={onClose}
        subtitle={now ? conditionText(now, true) : 'no longer in the cluster'}
        title={
          <span className="num">
            {numbers.get(backend) ?? '?'} {backend}
          </span>
        }
      />
      <Body>
        <Part>
          <Facts facts={facts} />
        </Part>
        <Part title="In this burst">
          {hasRun ? <FigureGrid figures={figures} /> : <p className="text-muted text-xs">Nothing has been sent yet.</p>}
        </Part>
      </Body>
    </>
  )
}

/** Only what it did counts; what it is nobody knows any more. */
const GONE: Backend = {
  ...{ backend: '', number: 0, address: null, wanted: 'down', status: 'down', listed: false, weight: 0 },
  ejectedUntil: null,
}
