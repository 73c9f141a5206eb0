import { groupDigits } from '#components/ui/figures.ts'
import { formatDuration } from '#lib/analysis/durations.ts'
import type { PageState } from '#lib/client/page-state.ts'

type Heard = Pick<PageState, 'cluster' | 'link' | 'shown'>

/**
 * What a screen reader is told when the state goes from one to the next; null for nothing. Few and whole sentences:
 * a burst that starts or ends, a scale that is done, the link.
 */
export function announcementOf(before: Heard, now: Heard, verdict: () => string): string | null {
  if (before.link.state === 'lost' && now.link.state === 'live') return 'Connected again.'
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
  if (before.cluster?.scaling && now.cluster && !now.cluster.scaling) {
    const up = now.cluster.backends.filter((one) => one.status === 'up').length
    return `Scaled: ${up} of ${now.cluster.replicas} ${now.cluster.replicas === 1 ? 'backend is' : 'backends are'} up.`
  }
  return null
}
