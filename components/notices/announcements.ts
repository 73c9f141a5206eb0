import { groupDigits } from '#components/ui/figures.ts'
import { formatDuration } from '#lib/analysis/durations.ts'
import type { PageState, Selection } from '#lib/client/page-state.ts'
import type { BackendKey, Burst } from '#lib/protocol/model.ts'

type Heard = Pick<PageState, 'cluster' | 'link' | 'shown' | 'selection'>

/** Where the words for what is selected, and for the run that is shown, come from. */
export type Wording = { verdict: () => string; backend: (key: BackendKey) => string; run: (burst: Burst) => string }

/**
 * What a screen reader is told when the state goes from one to the next; null for nothing. Few and whole sentences:
 * a burst that starts or ends, a scale that is done, another run that is shown, what is selected, the link.
 */
export function announcementOf(before: Heard, now: Heard, { verdict, backend, run }: Wording): string | null {
  if (before.link.state !== 'locked' && now.link.state === 'locked') return 'The token of this dashboard has changed.'
  if ((before.link.state === 'lost' || before.link.state === 'locked') && now.link.state === 'live')
    return 'Connected again.'
  if (isOtherRun(before, now)) {
    const { source, burst } = now.shown
    return source === 'live' || burst === null ? 'Back to the live run.' : `Showing the ${run(burst)}. ${verdict()}`
  }
  const started = now.shown.burst?.status === 'running' && before.shown.burst?.id !== now.shown.burst.id
  if (started && now.shown.burst) {
    const { requests, durationMs = 0 } = now.shown.burst.request
    return `Burst started: ${requests === undefined ? formatDuration(durationMs) : `${groupDigits(requests)} ${requests === 1 ? 'request' : 'requests'}`}.`
  }
  const ended =
    before.shown.burst?.status === 'running' &&
    before.shown.burst.id === now.shown.burst?.id &&
    now.shown.burst.status !== 'running'
  if (ended) return `Burst ${now.shown.burst?.status}. ${verdict()}`
  if (before.selection !== now.selection) return selectionText(now.selection, backend)
  if (before.cluster?.scaling && now.cluster && !now.cluster.scaling) {
    const up = now.cluster.backends.filter((one) => one.status === 'up').length
    return `Scaled: ${up} of ${now.cluster.replicas} ${now.cluster.replicas === 1 ? 'backend is' : 'backends are'} up.`
  }
  return null
}

/** That the live run is a new one is no such change: a burst that starts is announced by itself. */
const isOtherRun = ({ shown: before }: Heard, { shown: now }: Heard): boolean =>
  before.source !== now.source || (now.source !== 'live' && before.burst?.id !== now.burst?.id)

function selectionText(selection: Selection, backend: Wording['backend']): string {
  switch (selection?.kind) {
    case 'front-door':
      return 'Front door selected.'
    case 'backend':
      return `Backend ${backend(selection.backend)} selected.`
    case 'request':
      return `Request ${groupDigits(selection.seq)} selected.`
    case 'event':
      return 'Event selected.'
    default:
      return 'Nothing selected.'
  }
}
