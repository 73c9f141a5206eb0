import { groupDigits } from '#components/ui/figures.ts'
import { type PageState, runningRun } from '#lib/client/page-state.ts'

export type Notice = {
  key: string
  severity: 'danger' | 'warn' | 'note'
  /** What happened. */
  title: string
  /** What it means, and what one can do. */
  text: string
  /** The one thing to do; null when it mends itself. */
  offer: 'reload' | 'take-over' | null
}

const clock = (epochMs: number): string => new Date(epochMs).toTimeString().slice(0, 8)

function linkNotice(state: PageState): Notice | null {
  const { link } = state
  const why = link.detail ? ` ${link.detail}` : ''
  switch (link.state) {
    case 'lost':
      return {
        ...{ key: 'link', severity: 'danger', offer: null },
        title: `Connection lost at ${clock(link.since)}; reconnecting.`,
        text: `You see the state from then.${runningRun(state) ? ' If Robinscope still runs, so does the burst.' : ''}${why}`,
      }
    case 'locked':
      return {
        ...{ key: 'link', severity: 'danger', offer: null },
        title: 'The token of this dashboard has changed.',
        text: 'Open this page again with /?token=<token> at the end of its address. The token is the ROBINSCOPE_TOKEN that the dashboard was started with. Until then you see the state from before.',
      }
    case 'refused':
      return {
        ...{ key: 'link', severity: 'danger', offer: 'reload' },
        title: 'The server refused this page.',
        text: `${link.detail ?? 'Robinscope may have restarted since this page was opened.'} Reload the page.`,
      }
    case 'outdated':
      return {
        ...{ key: 'link', severity: 'danger', offer: 'reload' },
        title: 'This page and the server are different versions.',
        text: `Reload the page.${why}`,
      }
    default:
      return null
  }
}

const TROUBLES = {
  'engine-gone': { severity: 'danger', title: 'Docker has not answered', rest: 'Bursts continue; scaling waits.' },
  'read-only': { severity: 'note', title: 'Read-only', rest: '' },
  'front-door-down': {
    severity: 'danger',
    title: 'The front door has been down',
    rest: 'Every request fails until it is back.',
  },
} as const

function troubleNotice({ cluster }: PageState): Notice | null {
  if (!cluster?.trouble) return null
  const { code, detail, since } = cluster.trouble
  const { severity, title, rest } = TROUBLES[code]
  return {
    ...{ key: code, severity, offer: code === 'read-only' ? 'take-over' : null },
    title: `${title} since ${clock(Date.parse(since))}.`,
    text: [detail, rest].filter(Boolean).join(' '),
  }
}

/** Adding and removing replicas is the way out: of all backends the dead leave first. */
function allDownNotice({ cluster }: PageState): Notice | null {
  if (!cluster || cluster.scaling || cluster.backends.length === 0) return null
  if (cluster.trouble || cluster.backends.some(({ status }) => status !== 'down')) return null
  const count = cluster.backends.length
  const wayOut = cluster.can.scale
    ? 'Add a replica to get one that works, then remove one: those that are down leave first.'
    : 'Start one again.'
  return {
    ...{ key: 'all-down', severity: 'danger', offer: null },
    title: count === 1 ? 'The only backend is down.' : `${count === 2 ? 'Both' : `All ${count}`} backends are down.`,
    text: `Requests fail until one is up. ${wayOut}`,
  }
}

const restartedNotice = ({ restarted, link }: PageState): Notice | null =>
  restarted && link.state === 'live'
    ? {
        ...{ key: 'restarted', severity: 'note', offer: null },
        title: 'Robinscope has restarted.',
        text: 'The runs from before are gone; one that was running has ended.',
      }
    : null

/** An earlier run whose samples are not all kept any more. */
const goneNotice = ({ shown: { gone } }: PageState): Notice | null =>
  gone === null
    ? null
    : { key: 'gone', severity: 'note', title: 'This run is not whole any more.', text: gone, offer: null }

function sampleNotice({ shown: { resynced, skipping } }: PageState): Notice | null {
  if (skipping) {
    return {
      ...{ key: 'skipping', severity: 'note', offer: null },
      title: 'This browser cannot keep up: showing totals only.',
      text: 'Dots and cells are left out until it can. Every number is right.',
    }
  }
  if (!resynced || resynced.missed === 0) return null
  const { missed } = resynced
  return {
    ...{ key: 'resynced', severity: 'note', offer: null },
    title: `${groupDigits(missed)} ${missed === 1 ? 'sample was' : 'samples were'} not shown.`,
    text: 'They did not reach this page. The totals are right; dots and cells are missing.',
  }
}

/** What a person must know beyond the picture, the most serious first. */
export const noticesOf = (state: PageState): Notice[] =>
  [
    linkNotice(state),
    troubleNotice(state),
    allDownNotice(state),
    restartedNotice(state),
    sampleNotice(state),
    goneNotice(state),
  ].filter((notice) => notice !== null)
